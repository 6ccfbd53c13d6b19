import type { UserModel } from '@cumulus/models';

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
