import { isNativeError } from 'node:util/types';
import type { NextStep } from '../../aws/errors.ts';
import { FileError } from '../errors.ts';

/** Whether there is no such file; with a name longer than the file system takes there cannot be one. */
export function isNoSuchFile(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

const PROBLEMS: Readonly<Record<string, readonly [problem: string, advice: string, next?: NextStep]>> = {
  EACCES: ['no permission', 'Choose another place, or change its permissions.'],
  EPERM: ['not permitted', 'Choose another place, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ENOENT: ['no such file or directory', 'Check the path.'],
  ENOTDIR: ['a part of the path is not a directory', 'Check the path.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  EEXIST: ['it exists already', 'Choose another place.'],
  ENAMETOOLONG: [
    'the name is too long; most file systems take 255 bytes',
    'Give files and folders shorter names, or put the backup of such a table into S3.',
  ],
  ENOSPC: ['no space left on the device', 'Free some space, then continue.', 'continue'],
  EDQUOT: ['the disk quota is used up', 'Free some space, then continue.', 'continue'],
  ELOOP: ['it is a symbolic link, which is not followed here', 'Remove the link, or choose another place.'],
  EIO: ['the device failed', 'Check the disk.'],
};

/** Turns an error of the file system into one that says what to do; any other error comes back as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  if (!isNativeError(error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const [problem, advice, next] = PROBLEMS[code] ?? [error.message, ''];
  return new FileError(`${path}: ${problem} (${code}).`, advice === '' ? [] : [advice], error, next);
}

/** The error of a name that something else than a file has. */
export function irregular(path: string): FileError {
  return new FileError(`${path} is not a regular file.`, ['Nothing was changed. Remove it, or choose another place.']);
}
