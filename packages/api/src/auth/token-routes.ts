import { RecordAlreadyExistsError, RecordDoesNotExistError } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { addRoute, type HttpApi, pathParameter, type RequestContext } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { noStore } from '../http/no-store.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answers, answersToAny, jsonBody, objectOf, TEXT } from '../openapi/schemas.ts';
import { askProvider } from './ask-provider.ts';
import type { Auth } from './auth.ts';
import { addLaunchpadRoutes } from './launchpad/routes.ts';
import type { Login, LoginProvider } from './login-provider.ts';
import { claimsOf, isOf, notAuthorized } from './require-login.ts';
import { returnAddress, withToken } from './return-address.ts';

/** Adds the routes that issue, refresh and delete tokens. */
export function addTokenRoutes(api: HttpApi, auth: Auth): void {
  const { provider, launchpad } = auth;
  if (launchpad !== undefined) addLaunchpadRoutes(api, auth, launchpad);
  if (provider !== undefined) addLoginRoute(api, auth, provider);

  addRoute(
    api,
    {
      method: 'post',
      path: '/refresh',
      summary: 'Refresh a token',
      description:
        'Exchanges a token that has not expired for a new one, and revokes the old one. A 401 means that there is no token, or that its user is ' +
        'no longer a user here. A 403 means that the token is expired, revoked or not valid.',
      security: [],
      requestBody: jsonBody(objectOf({ token: TEXT })),
      responses: answers('The new token', objectOf({ token: TEXT })),
    },
    async (context) => jsonAnswer(noStore(context), { token: await refresh(auth, await givenToken(context)) }),
  );

  // Some clients know it by the one path, some by the other.
  for (const path of ['/tokenDelete/{token}', '/token/{token}']) {
    addRoute(
      api,
      {
        method: 'delete',
        path,
        summary: 'Revoke a token',
        security: [],
        responses: answersToAny('The token is revoked', objectOf({ message: TEXT })),
      },
      async (context) => {
        const { accessToken } = await claimsOf(auth, pathParameter(context, 'token'), 403);
        await auth.accessTokens.delete({ accessToken });
        return jsonAnswer(context, { message: 'Token record was deleted' });
      },
    );
  }
}

/** Adds the route by which a browser logs in at an OAuth2 provider. */
function addLoginRoute(api: HttpApi, auth: Auth, provider: LoginProvider): void {
  addRoute(
    api,
    {
      method: 'get',
      path: '/token',
      summary: 'Log in',
      description:
        'Open it in a browser. It redirects to the login provider, which sends the browser back with a `code`. The answer then has the token.',
      security: [],
      parameters: [
        queryParameter('code', 'The code from the login provider.'),
        queryParameter(
          'state',
          'The page that the browser ends at, with `?token=…` added. Its origin has to be in the setting DASHBOARD_ORIGINS.',
        ),
      ],
      responses: {
        ...answers('The token', objectOf({ message: objectOf({ token: TEXT }) }), 501),
        307: { description: 'A redirect to the login provider, or to `state` with the token' },
      },
    },
    async (context) => {
      noStore(context);
      const { code, state, error } = context.req.query();
      const address = state ? returnAddress(auth, 'state', state) : undefined;
      if (error) {
        const why = /^\w{1,50}$/.test(error) ? ` (${error})` : '';
        throw new HTTPException(401, { message: `The login was refused or given up${why}.` });
      }
      if (!code) return context.redirect(provider.loginUrl(address), 307);
      const token = await tokenFor(auth, await askProvider(() => provider.redeem(code)));
      if (address === undefined) return jsonAnswer(context, { message: { token } });
      return context.redirect(withToken(address, token), 307);
    },
  );
}

/** The token in a body; undefined where there is no body, as earlier releases had it. */
async function givenToken(context: RequestContext): Promise<unknown> {
  const { byteLength } = await context.req.arrayBuffer();
  return byteLength === 0 ? undefined : (await bodyOf(context))['token'];
}

async function refresh(auth: Auth, token: unknown): Promise<string> {
  if (typeof token !== 'string' || token === '') throw new HTTPException(401, { message: 'Request requires a token' });
  const { accessToken, username } = await claimsOf(auth, token, 403);
  const [record, isUser] = await Promise.all([
    auth.accessTokens.find({ accessToken }),
    auth.users.has(username, accessToken),
  ]);
  if (record === undefined) throw new HTTPException(403, { message: 'Invalid access token' });
  if (!isUser || !isOf(record, username)) throw notAuthorized();
  const refreshToken = await auth.accessTokens.refreshToken({ accessToken }).catch((error: unknown) => {
    if (!(error instanceof RecordDoesNotExistError)) throw error;
    throw new HTTPException(403, { message: 'Invalid access token', cause: error });
  });
  const { provider } = auth;
  if (refreshToken === undefined || provider === undefined)
    throw new HTTPException(400, { message: 'This token cannot be refreshed: log in again.' });
  const login = await askProvider(() => provider.refresh(refreshToken));
  const renewed = await tokenFor(auth, login);
  if (login.accessToken !== accessToken) await auth.accessTokens.delete({ accessToken });
  return renewed;
}

/** Stores a login, and signs a token for it. */
async function tokenFor({ accessTokens, signer }: Auth, login: Login): Promise<string> {
  const { accessToken, refreshToken, userName: username, expirationTime } = login;
  const record = { accessToken, username, expirationTime, ...(refreshToken === undefined ? {} : { refreshToken }) };
  await accessTokens.create(record).catch(async (error: unknown) => {
    if (!(error instanceof RecordAlreadyExistsError)) throw error;
    // The provider may give the same access token again while it is good, to two logins at once too.
    await accessTokens.replace(record);
  });
  return signer.sign({ accessToken, username, expirationTime });
}
