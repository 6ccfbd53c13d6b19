import { executionUrlOf } from '@cumulus/models/messages';
import { describeUnless, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, describe } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { ownLocalApi } from './local-api.ts';
import { ownWorkflows, SYSTEM_BUCKET } from './own-workflows.ts';
import { whyNoPrograms } from './programs.ts';

/** What `serve --local` says of the DynamoDB that it starts itself, where Java is installed. */
const JAR = 'DynamoDB Local from its jar with Java';

const unless = await whyNoPrograms('curl', 'jq');

describe('pages for clients of the HTTP API', () => {
  const folder = ownFolder();
  const api = ownLocalApi(folder);
  const { operator, runAtAddress: run } = api;

  describePage('docs/how-to/serve-the-api.md', {
    unless,
    operator,
    steps: {
      // It serves until it is stopped: here it is served already.
      'serve --local | tee': { run: async () => api.said().replace('the DynamoDB of the tests', JAR) },
      'TOKEN=': { run },
      '"$API/version"': { run },
    },
    notRun: {
      '--host 0.0.0.0': 'test-e2e/test/api/serve.test.ts',
      'serve --prefix prod --no-auth': 'test-e2e/test/api/serve.test.ts',
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
