import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { explainFileError } from './errors.ts';

const PRIVATE_DIRECTORY = 0o700;

/**
 * Makes a private directory, and those above it that are missing; one that is there stays as it is. Node's recursive `mkdir` never
 * ends where a directory cannot be made although the one above it is there, as in /proc.
 * @throws FileError
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await make(resolve(path));
  } catch (error) {
    throw explainFileError(error, path);
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, PRIVATE_DIRECTORY);
  } catch (error) {
    if (await isDirectory(path)) return;
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path || (await isDirectory(above))) throw error;
    await make(above);
    await mkdir(path, PRIVATE_DIRECTORY).catch(async (again: unknown) => {
      if (!(await isDirectory(path))) throw again;
    });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
