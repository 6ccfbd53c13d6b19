import { executionUrlOf } from '@cumulus/models/messages';
import { describeUnless, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { type Served, serveApi } from '../api/served.ts';
import { describePage } from './describe-page.ts';
import { ownLocalApi } from './local-api.ts';
import { ownDeployment } from './own-deployment.ts';
import { ownWorkflows, SYSTEM_BUCKET } from './own-workflows.ts';
import type { Block } from './page.ts';
import { whyNoPrograms } from './programs.ts';

/** What `serve --local` says of the DynamoDB that it starts itself, where Java is installed. */
const JAR = 'DynamoDB Local from its jar with Java';

/** The variables of a server. */
const LOGIN = {
  stackName: 'prod',
  TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
  EARTHDATA_CLIENT_ID: 'your-application',
  EARTHDATA_CLIENT_PASSWORD: 'your-password',
  TOKEN_REDIRECT_ENDPOINT: 'https://archive.example.org/token',
  CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
};

const unless = await whyNoPrograms('curl', 'jq');

describe('pages for clients of the HTTP API', () => {
  const folder = ownFolder();
  const api = ownLocalApi(folder);
  const { operator, runAtAddress: run } = api;
  ownDeployment({ perTable: 1 });
  let onAllAddresses: Served | undefined;

  afterAll(async () => {
    await onAllAddresses?.stop();
  });

  /** Serves as a block says, but at a port that is free. */
  function serve({ text }: Block, environment?: NodeJS.ProcessEnv): Promise<Served> {
    const [, , ...args] = text.replace(/ --port \d+/, '').split(' ');
    return serveApi([...args, '--port', '0'], environment);
  }

  describePage('docs/how-to/serve-the-api.md', {
    unless,
    operator,
    steps: {
      // It serves until it is stopped: here it is served already.
      'serve --local | tee': { run: async () => api.said().replace('the DynamoDB of the tests', JAR) },
      'TOKEN=': { run },
      '--host 0.0.0.0': {
        run: async (block) => {
          onAllAddresses = await serve(block, LOGIN);
          return '';
        },
      },
      '"$API/version"': {
        run: async ({ text }, reader) => {
          const API = onAllAddresses?.url.replace('0.0.0.0', '127.0.0.1') ?? '';
          return (await reader.show(text, { known: { API } })).shown;
        },
      },
      'serve --prefix prod --no-auth': {
        run: async (block) => {
          const withoutLogin = await serve(block);
          expect((await fetch(`${withoutLogin.url}/granules`)).status).toBe(200);
          expect((await withoutLogin.stop()).code).toBe(0);
          return '';
        },
      },
    },
  });

  describePage('docs/how-to/read-records.md', { unless, operator, steps: { 'TOKEN=': { run } } });

  describePage('docs/how-to/get-statistics.md', { unless, operator, steps: { 'TOKEN=': { run } } });

  describePage('docs/how-to/fix-the-api.md', {
    unless,
    operator,
    steps: { 'TOKEN=': { run }, 'cumulus-api serve': { code: 1 } },
  });
});

describeUnless(unless ?? (await whyNoMoto()), 'pages for clients that start workflows', () => {
  const moto = ownMoto();
  const environment = () => ({ AWS_ENDPOINT_URL: moto.endpoint, system_bucket: SYSTEM_BUCKET });
  const { operator, prefix, models, runAtAddress: run } = ownLocalApi(ownFolder(), environment);
  const workflows = ownWorkflows(moto, prefix, ['IngestGranule', 'PublishGranule']);

  beforeAll(async () => {
    const granuleId = 'MOD09GQ.A2016358.h13v25.006.2016360019825';
    await models.granules.update({ granuleId }, { execution: executionUrlOf(workflows.executionArn) });
  });

  describePage('docs/how-to/change-records.md', { operator, steps: { 'TOKEN=': { run } } });
});
