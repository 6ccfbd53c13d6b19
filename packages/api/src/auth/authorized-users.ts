import type { UserModel } from '@cumulus/models';

/** Who may use the API. */
export interface AuthorizedUsers {
  has(userName: string): Promise<boolean>;
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
