import { readIdentities } from '@cumulus/dynamodb/storage';
import type { Context } from '../command.ts';

/**
 * The secret keys in the files that a command was given; undefined without any.
 * @throws IdentityError, FileError
 */
export async function chosenIdentities(
  { identity }: { readonly identity: readonly string[] | undefined },
  { onWarning }: Pick<Context, 'onWarning'>,
): Promise<readonly string[] | undefined> {
  return identity === undefined ? undefined : readIdentities(identity, { onWarning });
}
