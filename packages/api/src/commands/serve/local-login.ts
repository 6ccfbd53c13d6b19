import { randomBytes } from 'node:crypto';
import { HTTPException } from 'hono/http-exception';
import { usersOfTable } from '../../auth/authorized-users.ts';
import type { LoginProvider } from '../../auth/login-provider.ts';
import { TokenSigner } from '../../auth/token-signer.ts';
import type { Services } from '../../services.ts';

/** The lifetime of a token, in seconds. */
const TOKEN_LIFETIME = 12 * 3600;

const USER = 'local';

/** Adds a login to services, of tokens alone: there is no provider where anybody could log in. */
export function withLocalLogin(services: Services): Services {
  const { accessTokens, users } = services.models;
  const signer = new TokenSigner(randomBytes(48).toString('base64'));
  const { dashboardOrigins: returnOrigins } = services.settings;
  return {
    ...services,
    auth: {
      provider: NO_PROVIDER,
      signer,
      accessTokens,
      users: usersOfTable(users, Date.now),
      returnOrigins,
      now: Date.now,
    },
  };
}

/** Creates a user and a token for them. */
export async function createLocalToken({ auth, models }: Services): Promise<string> {
  if (auth === undefined) throw new TypeError('Without a login there is no token.');
  const accessToken = randomBytes(24).toString('base64url');
  const expirationTime = Math.floor(Date.now() / 1000) + TOKEN_LIFETIME;
  await models.users.create({ userName: USER }).catch(async (error: unknown) => {
    if (!(await models.users.exists({ userName: USER }))) throw error;
  });
  await models.accessTokens.create({ accessToken, expirationTime, username: USER });
  return auth.signer.sign({ accessToken, username: USER, expirationTime });
}

const NO_PROVIDER: LoginProvider = {
  loginUrl: noProvider,
  redeem: noProvider,
  refresh: noProvider,
};

function noProvider(): never {
  throw new HTTPException(501, { message: 'There is no login here: use the token that was printed at the start.' });
}
