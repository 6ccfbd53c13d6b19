import { parseUserNames, type UserModel, userFileKey } from '@cumulus/models';
import type { FetchText } from '@cumulus/models/payloads';
import { HTTPException } from 'hono/http-exception';
import type { Settings } from '../settings.ts';

/** How long the file of users is taken for current, in milliseconds. */
const MAX_AGE = 60_000;

/** Who may use the API. */
export interface AuthorizedUsers {
  /** @param accessToken the one of the login provider with which the user comes */
  has(userName: string, accessToken: string): Promise<boolean>;
}

/** The users of the table whose time has not ended. */
export function usersOfTable(users: UserModel, now: () => number): AuthorizedUsers {
  return {
    has: async (userName) => {
      const user = await users.find({ userName });
      return user !== undefined && !(typeof user.expires === 'number' && user.expires <= now());
    },
  };
}

/**
 * The users in the file of 1.17 and 1.18 in the system bucket, for a deployment without a table of users. If the file cannot be
 * read, nobody is known to be a user, and nobody is: requests are answered with 503.
 */
export function usersOfFile(
  { systemBucket, stackName }: Pick<Settings, 'systemBucket' | 'stackName'>,
  fetchFromS3: FetchText,
  now: () => number,
): AuthorizedUsers {
  let read: { readonly names: Promise<ReadonlySet<string>>; readonly at: number } | undefined;
  const readNames = async (): Promise<ReadonlySet<string>> => {
    const key = userFileKey(stackName);
    return new Set(parseUserNames(await fetchFromS3(systemBucket ?? '', key), `s3://${systemBucket}/${key}`));
  };
  return {
    has: async (userName) => {
      if (read === undefined || now() - read.at >= MAX_AGE) read = { names: readNames(), at: now() };
      try {
        return (await read.names).has(userName);
      } catch (cause) {
        read = undefined;
        throw new HTTPException(503, { message: 'The users of this deployment cannot be read just now.', cause });
      }
    },
  };
}
