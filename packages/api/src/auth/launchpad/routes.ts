import { randomBytes } from 'node:crypto';
import { RecordAlreadyExistsError } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { addRoute, type HttpApi, type RequestContext } from '../../http/http-api.ts';
import { jsonAnswer } from '../../http/json.ts';
import { noStore } from '../../http/no-store.ts';
import { queryParameter } from '../../openapi/query-parameter.ts';
import { answers, errorAnswers, objectOf, TEXT } from '../../openapi/schemas.ts';
import { askProvider } from '../ask-provider.ts';
import type { Auth } from '../auth.ts';
import type { AuthorizedUsers } from '../authorized-users.ts';
import { claimsOf } from '../require-login.ts';
import { returnAddress, withToken } from '../return-address.ts';
import { refusal } from './assertion.ts';
import type { LaunchpadLogin, LaunchpadUser } from './launchpad-login.ts';

/** The lifetime of a token, in seconds, as in earlier releases. */
const TOKEN_LIFETIME = 3_600;

/** How the access tokens of logins at Launchpad begin. */
const OF_LAUNCHPAD = 'launchpad-';

/**
 * Whoever has logged in at Launchpad: only members of the group of users get a token there. A token that an earlier setting of
 * the API gave to anybody with an account elsewhere is not one of those.
 */
export const USERS_OF_LAUNCHPAD: AuthorizedUsers = {
  has: async (_userName, accessToken) => accessToken.startsWith(OF_LAUNCHPAD),
};

const RELAY_STATE =
  'The address to go on to with the token; its origin is one of DASHBOARD_ORIGINS. This API’s own /token unless given.';

/** Adds the routes by which a browser logs in at Launchpad. */
export function addLaunchpadRoutes(api: HttpApi, auth: Auth, launchpad: LaunchpadLogin): void {
  const { baseUrl } = launchpad.settings;
  const ownToken = `${baseUrl}/token`;
  const relayStateOf = (parameter: string, text: string | null | undefined): string =>
    !text || text === ownToken ? ownToken : returnAddress(auth, parameter, text);

  addRoute(
    api,
    {
      method: 'get',
      path: '/token',
      summary: 'Log in',
      description: 'A browser is sent to /saml/login, and comes back with a token.',
      security: [],
      parameters: [queryParameter('token', 'What logging in gave.'), queryParameter('state', RELAY_STATE)],
      responses: {
        ...answers('The token', objectOf({ message: objectOf({ token: TEXT }) })),
        307: { description: 'To /saml/login' },
      },
    },
    async (context) => {
      noStore(context);
      const { token, state } = context.req.query();
      if (token) {
        await claimsOf(auth, token, 401);
        return jsonAnswer(context, { message: { token } });
      }
      const url = new URL(`${baseUrl}/saml/login`);
      url.searchParams.set('RelayState', relayStateOf('state', state));
      return context.redirect(url.href, 307);
    },
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/saml/login',
      summary: 'Log in at Launchpad',
      security: [],
      parameters: [queryParameter('RelayState', RELAY_STATE)],
      responses: { 307: { description: 'To Launchpad' }, ...errorAnswers(400, 500, 503) },
    },
    async (context) => {
      noStore(context);
      const relayState = relayStateOf('RelayState', context.req.query('RelayState'));
      return context.redirect(await askProvider(() => launchpad.loginUrl(relayState)), 307);
    },
  );

  addRoute(
    api,
    {
      method: 'post',
      path: '/saml/auth',
      summary: 'Take the answer of Launchpad',
      description: 'Launchpad lets the browser post this. The assertion has to be signed; each answer is taken once.',
      security: [],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: objectOf({ SAMLResponse: TEXT, RelayState: { type: 'string', description: RELAY_STATE } }, [
              'RelayState',
            ]),
          },
        },
      },
      responses: {
        303: { description: 'To RelayState with the token' },
        ...errorAnswers(400, 401, 500, 503),
      },
    },
    async (context) => {
      noStore(context);
      const { response, relayState: text } = await formOf(context);
      const relayState = relayStateOf('RelayState', text);
      const user = await askProvider(async () => {
        const redeemed = await launchpad.redeem(response);
        await takeOnce(auth, redeemed);
        return redeemed;
      });
      return context.redirect(withToken(relayState, await tokenFor(auth, user)), 303);
    },
  );
}

interface Form {
  readonly response: string;
  readonly relayState: string | null;
}

/** @throws HTTPException 400 */
async function formOf(context: RequestContext): Promise<Form> {
  const form = new URLSearchParams(await context.req.text());
  const [response, another] = form.getAll('SAMLResponse');
  if (!response || another !== undefined)
    throw new HTTPException(400, { message: 'The form takes one field SAMLResponse.' });
  return { response, relayState: form.get('RelayState') };
}

/**
 * Notes that a request was answered, until it is too old to be answered.
 * @throws LoginRefusedError if it was answered before
 */
async function takeOnce({ accessTokens }: Auth, { requestId, requestEnd }: LaunchpadUser): Promise<void> {
  const expirationTime = Math.ceil(requestEnd / 1000);
  // No token names this one, since all of them begin otherwise.
  await accessTokens.create({ accessToken: `saml-request:${requestId}`, expirationTime }).catch((error: unknown) => {
    if (error instanceof RecordAlreadyExistsError) throw refusal('it was taken before');
    throw error;
  });
}

/** Stores a login, and signs a token for it. */
async function tokenFor({ accessTokens, signer, now }: Auth, { userName, sessionEnd }: LaunchpadUser): Promise<string> {
  const accessToken = `${OF_LAUNCHPAD}${randomBytes(24).toString('base64url')}`;
  const expirationTime = Math.floor(Math.min(now() / 1000 + TOKEN_LIFETIME, sessionEnd / 1000));
  await accessTokens.create({ accessToken, username: userName, expirationTime });
  return signer.sign({ accessToken, username: userName, expirationTime });
}
