import { open } from 'node:fs/promises';
import { explainFileError } from '../disk/errors.ts';
import { IdentityError } from '../errors.ts';

/** What others than its owner may do with a file. */
const OTHERS = 0o077;

export interface ReadIdentitiesOptions {
  /** Called for a file that other users of this machine can read. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/**
 * Reads secret keys of age from files, as `age-keygen` writes them: a key a line; comments begin with `#`.
 * @param paths files, or pipes, which keep a key off the disk
 * @throws IdentityError for a file without a key, or with anything else; FileError if it cannot be read
 * @example
 * ```ts
 * import { readIdentities } from '@cumulus/dynamodb/storage';
 *
 * const identities = await readIdentities(['key.txt'], { onWarning: console.warn });
 * ```
 */
export async function readIdentities(
  paths: readonly string[],
  { onWarning }: ReadIdentitiesOptions = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const { text, isOpenToOthers } = await readKeyFile(path);
    found.push(...(await identitiesOf(text, path)));
    if (isOpenToOthers) {
      onWarning?.(`${path} has a secret key, and other users of this machine may read it: chmod 600 ${path}`);
    }
  }
  return found;
}

async function identitiesOf(text: string, path: string): Promise<readonly string[]> {
  const { Decrypter } = await import('age-encryption');
  const known = OTHER_FILES.find(({ beginning }) => text.startsWith(beginning));
  if (known !== undefined) throw new IdentityError(`${path} is ${known.what}.`, [known.advice]);
  const found: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const identity = line.trim();
    if (identity === '' || identity.startsWith('#')) continue;
    try {
      new Decrypter().addIdentity(identity);
    } catch {
      // What the library says may hold the key.
      throw new IdentityError(`${path}, line ${index + 1}: not a secret key of age.`, [
        'A secret key begins with AGE-SECRET-KEY-, and has to be complete. A comment begins with #.',
      ]);
    }
    found.push(identity);
  }
  if (found.length === 0) throw new IdentityError(`${path} has no secret key of age.`, ['Name a file that has one.']);
  return found;
}

const OTHER_FILES = [
  {
    beginning: 'age-encryption.org/',
    what: 'encrypted itself',
    advice: 'Decrypt it first: age -d FILE. A pipe keeps the result off the disk.',
  },
  {
    beginning: '-----BEGIN AGE ENCRYPTED FILE-----',
    what: 'encrypted itself',
    advice: 'Decrypt it first: age -d FILE. A pipe keeps the result off the disk.',
  },
  {
    beginning: '-----BEGIN',
    what: 'a key of another tool',
    advice: 'Only secret keys of age are read. With another key, decrypt by age -d, and give what comes out.',
  },
] as const;

async function readKeyFile(path: string): Promise<{ readonly text: string; readonly isOpenToOthers: boolean }> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      // Windows has no such modes.
      const isOpenToOthers = process.platform !== 'win32' && status.isFile() && (status.mode & OTHERS) !== 0;
      return { text: await file.readFile('utf8'), isOpenToOthers };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainFileError(error, path);
  }
}
