import { CumulusError } from '@cumulus/dynamodb/aws';

/** A file of users is none: `STACK/api/authorized_oauth_users.json` of 1.17 and 1.18 is a list of names. */
export class UserFileError extends CumulusError {
  readonly code = 'USER_FILE_INVALID';
}

/**
 * The key in the system bucket of the file that has the users of 1.17 and 1.18.
 *
 * @example
 * ```ts
 * import { userFileKey } from '@cumulus/models';
 *
 * userFileKey('prod'); // prod/api/authorized_oauth_users.json
 * ```
 */
export function userFileKey(stackName: string): string {
  return `${stackName}/api/authorized_oauth_users.json`;
}

/**
 * The names in a file of users, each once.
 * @param place where it is from, for the error
 * @throws UserFileError if it is not a list of names in JSON
 *
 * @example
 * ```ts
 * import { parseUserNames } from '@cumulus/models';
 *
 * parseUserNames('["alice", "bob"]', 'users.json'); // ['alice', 'bob']
 * ```
 */
export function parseUserNames(text: string, place: string): readonly string[] {
  let names: unknown;
  try {
    // With the mark that some editors put at the beginning.
    names = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new UserFileError(`${place} is not a list of users in JSON.`);
  }
  if (!Array.isArray(names)) throw new UserFileError(`${place} is not a list of users in JSON.`);
  for (const [index, name] of names.entries()) {
    // What nobody can log in with, or distinguish from another name where it is shown.
    if (typeof name !== 'string' || /^$|[\s\p{C}]/u.test(name))
      throw new UserFileError(`Entry ${index + 1} of ${place} is not the name of a user.`);
  }
  return [...new Set<string>(names)];
}
