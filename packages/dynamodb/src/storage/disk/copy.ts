import { constants, createReadStream } from 'node:fs';
import { copyFile, link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError } from '../errors.ts';
import { sha256Of } from '../sha256.ts';
import { temporaryName } from './temporary-file.ts';

/**
 * Gives a file a second name, or a copy where the file system has no hard links. A file that has the name already stays if it is
 * this one, or was copied from it.
 * @throws FileError if something else has the name
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return checkSecondName(from, to);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    await copy(from, to);
  }
}

/**
 * An interrupted run may have given the name already. Any other file of that name must not pass for the one that stays.
 */
async function checkSecondName(from: string, to: string): Promise<void> {
  const [source, content, there] = await Promise.all([lstat(from), stat(from), lstat(to)]);
  if (there.ino === source.ino && there.dev === source.dev) return;
  const isCopy =
    there.isFile() &&
    there.size === content.size &&
    (await sha256Of(createReadStream(to))) === (await sha256Of(createReadStream(from)));
  if (isCopy) return;
  throw new FileError(
    `${to} is there, and is not what ${from} has to be kept as.`,
    ['Nothing was replaced.', 'Give it another name, then continue.'],
    undefined,
    'continue',
  );
}

async function copy(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), await temporaryName());
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r+');
    await file.sync().finally(() => file.close());
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
