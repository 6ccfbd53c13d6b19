import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { Browser, type LoginProviderServer, startLoginProvider } from '../api/login-provider.ts';
import { freePort, type Served, serveApi } from '../api/served.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';
import { whyNoPrograms } from './programs.ts';

const CLIENT = { clientId: 'your-application', clientSecret: 'your-password' };

describeUnless((await whyNoPrograms('curl', 'jq')) ?? (await whyNoMoto()), 'pages on logins', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const deployment = ownDeployment({ moto, perTable: 1 });
  let provider: LoginProviderServer;
  let served: Served;
  let redirectUri: string;

  beforeAll(async () => {
    redirectUri = `http://127.0.0.1:${await freePort()}/token`;
    provider = await startLoginProvider({ ...CLIENT, redirectUri });
    await moto.s3.createBucket({ Bucket: 'prod-internal' });
    const users = { Bucket: 'prod-internal', Key: 'prod/api/authorized_oauth_users.json', Body: '["asmith"]' };
    await moto.s3.putObject(users);
  });
  afterAll(async () => {
    await served?.stop();
    await provider?.stop();
  });

  /** Serves the API with the variables of the page. */
  async function serve(operator: Operator): Promise<void> {
    const names = ['stackName', 'TOKEN_SECRET', 'EARTHDATA_CLIENT_ID', 'EARTHDATA_CLIENT_PASSWORD'];
    const set = await operator.run(names.map((name) => `echo "\${${name}}"`).join('\n'));
    const environment = {
      ...Object.fromEntries(
        set
          .trim()
          .split('\n')
          .map((value, index) => [names[index], value]),
      ),
      TOKEN_REDIRECT_ENDPOINT: redirectUri,
      EARTHDATA_BASE_URL: provider.url,
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    served = await serveApi(['--prefix', 'prod', '--port', new URL(redirectUri).port], environment);
  }

  /** What a browser shows whose user logs in. */
  async function tokenOf(name: string): Promise<string> {
    const back = await new Browser().logIn(`${served.url}/token`, name, `${served.url}/token?`);
    const answer = (await (await fetch(back)).json()) as { readonly message: { readonly token: string } };
    return answer.message.token;
  }

  describePage('docs/how-to/log-in.md', {
    operator: () => Operator.at(folder, deployment.environment),
    steps: {
      'export TOKEN_SECRET': { after: (_, operator) => serve(operator) },
      'npm install -g @node-saml/node-saml@5': {
        environment: { npm_config_prefix: join(folder, 'global'), npm_config_prefer_offline: 'true' },
        after: () => access(join(folder, 'global/lib/node_modules/@node-saml/node-saml/package.json')),
      },
      'TOKEN=eyJ': {
        run: async ({ text }, operator) => {
          const known = { API: served.url, TOKEN: await tokenOf('jdoe') };
          return (await operator.show(text, { known })).shown;
        },
      },
      '-X DELETE': {
        after: async (_, operator) => {
          const ask = 'curl -sS -o answer.json -w "%{http_code}" -H "Authorization: Bearer $TOKEN" "$API/granules"';
          expect(await operator.run(ask)).toBe('401');
        },
      },
    },
  });
});
