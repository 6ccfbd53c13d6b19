import { randomBytes } from 'node:crypto';
import type { Models } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import type { Auth } from '../../src/auth/auth.ts';
import { usersOfTable } from '../../src/auth/authorized-users.ts';
import { LoginRefusedError, LoginUnavailableError } from '../../src/auth/errors.ts';
import type { Login, LoginProvider } from '../../src/auth/login-provider.ts';
import { requireLogin } from '../../src/auth/require-login.ts';
import { addTokenRoutes } from '../../src/auth/token-routes.ts';
import { TokenSigner } from '../../src/auth/token-signer.ts';
import { errorAnswer } from '../../src/http/error-answer.ts';
import { addRoute, HttpApi } from '../../src/http/http-api.ts';

export const DASHBOARD = 'https://dashboard.example.org';

/** A provider in memory, which notes what it is asked. What it is to answer each test says. */
export class ScriptedProvider implements LoginProvider {
  readonly asked: string[] = [];
  /** What codes and refresh tokens give; any other is refused. */
  readonly logins = new Map<string, Login>();
  isAway = false;

  loginUrl(state: string | undefined): string {
    return `https://login.example.org/oauth/authorize?state=${encodeURIComponent(state ?? 'none')}`;
  }

  async redeem(code: string): Promise<Login> {
    this.asked.push(`redeem ${code}`);
    return this.#login(code);
  }

  async refresh(refreshToken: string): Promise<Login> {
    this.asked.push(`refresh ${refreshToken}`);
    return this.#login(refreshToken);
  }

  #login(given: string): Login {
    if (this.isAway) throw new LoginUnavailableError('The login provider is away.');
    const login = this.logins.get(given);
    if (login === undefined) throw new LoginRefusedError('The login provider refuses.');
    return login;
  }
}

/** What logging in needs, over a deployment's tables, with a time that goes by only when a test sets it. */
export function ownAuth({ accessTokens, users }: Models, now: () => number): Auth & { provider: ScriptedProvider } {
  const signer = new TokenSigner(randomBytes(48).toString('base64'));
  return {
    provider: new ScriptedProvider(),
    signer,
    accessTokens,
    users: usersOfTable(users, now),
    returnOrigins: [DASHBOARD],
    now,
  };
}

/** The routes of tokens, and one that needs a login: `GET /me` shows the user. */
export function apiOf(auth: Auth): HttpApi {
  const api = new HttpApi();
  addTokenRoutes(api, auth);
  api.use(requireLogin(auth));
  addRoute(api, { method: 'get', path: '/me', responses: {} }, (context) =>
    context.json({ me: context.get('userName') }),
  );
  api.onError((error, context) => {
    const answer = errorAnswer(error);
    // What the tests do not expect is to be seen.
    if (!(error instanceof HTTPException) && answer.statusCode === 500) throw error;
    return context.json(answer, answer.statusCode as 500);
  });
  return api;
}
