import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { executionUrlOf } from '@cumulus/models/messages';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { REPOSITORY } from '../packed/packages.ts';
import { NEW_COLLECTION, startIngest } from './ingest.ts';

const CLIENT = fileURLToPath(new URL('../../existing-client/', import.meta.url));
const HOST = fileURLToPath(new URL('lambda-host.mjs', import.meta.url));
const HANDLER = fileURLToPath(new URL('../../../packages/api/dist/lambda/bundle/private-api.mjs', import.meta.url));
const COMPATIBILITY = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));

const PROVIDER = { id: 'new', host: 'example.org', protocol: 'https', globalConnectionLimit: 3 };
const RULE = {
  name: 'new_rule',
  workflow: 'Ingest',
  collection: { name: 'NEW', version: '1' },
  rule: { type: 'scheduled', value: 'rate(1 day)' },
  state: 'DISABLED',
};

interface Called {
  readonly name: string;
  readonly answer?: unknown;
  readonly error?: string;
  readonly statusCode?: number;
}

/** Where the published client is installed, as its lock file says: the first run does it, and the next find it there. */
async function installedClient(): Promise<string> {
  const lock = createHash('sha256')
    .update(await readFile(join(CLIENT, 'package-lock.json')))
    .digest('hex');
  const folder = join(REPOSITORY, 'node_modules/.cache/cumulus-test-e2e', `existing-client-${lock.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const incomplete = `${folder}-${process.pid}`;
    await cp(CLIENT, incomplete, { recursive: true });
    const install = ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', install, { cwd: incomplete });
    await rename(incomplete, folder);
  }
  await cp(join(CLIENT, 'call.cjs'), join(folder, 'call.cjs'));
  return folder;
}

// The client is the published one; the function is our bundle; AWS Lambda's Invoke is played by lambda-host.mjs, since moto
// needs containers for it.
describeUnless(await whyNoMoto(), '@cumulus/api-client as it is published', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let host: ChildProcess;
  let lambda: string;
  let folder: string;
  let executionArn: string;

  beforeAll(async () => {
    folder = await installedClient();
    await createDeployment({ client, prefix });
    const input = { meta: { workflow_name: 'Ingest' }, payload: {} };
    executionArn = await startIngest({ moto, bucket: 'system-bucket', stackName: prefix, input });
    await putRecords();
    const names = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];
    host = spawn(process.execPath, [HOST, HANDLER, `${prefix}-PrivateApiLambda`], {
      env: {
        ...process.env,
        ...Object.fromEntries(names.map((name) => [name, physicalTableName(prefix, name)])),
        stackName: prefix,
        system_bucket: 'system-bucket',
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_LAMBDA_FUNCTION_NAME: `${prefix}-PrivateApiLambda`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [address] = (await once(host.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    lambda = address.toString().split('\n')[0] ?? '';
  }, 180_000);

  afterAll(() => {
    host?.kill();
    client.destroy();
  });

  async function putRecords(): Promise<void> {
    const models = createModels({ client, tables: prefix });
    for (const granuleId of ['G1', 'G2', 'G3']) {
      const execution = executionUrlOf(executionArn);
      await models.granules.create({ granuleId, collectionId: 'NEW___1', status: 'completed', execution } as never);
    }
    const record = { arn: executionArn, name: 'run', status: 'running', type: 'Ingest' };
    await models.executions.create(record as never);
    const pdr = { pdrName: 'P1.PDR', provider: 'new', collectionId: 'NEW___1', status: 'completed' };
    await models.pdrs.create(pdr as never);
    const operation = { id: 'op', status: 'RUNNING', description: 'd', operationType: 'ES Index' };
    await models.asyncOperations.create(operation as never);
  }

  async function call(calls: readonly (readonly [string, string, object])[]): Promise<readonly Called[]> {
    const withPrefix = calls.map(([module, name, parameters]) => [module, name, { prefix, ...parameters }]);
    const { stdout } = await promisify(execFile)(process.execPath, ['call.cjs', JSON.stringify(withPrefix)], {
      cwd: folder,
      // In a test of its own it would ask LocalStack.
      env: { ...process.env, NODE_ENV: 'production', AWS_ENDPOINT_URL_LAMBDA: lambda, AWS_REGION: 'us-east-1' },
      maxBuffer: 10_000_000,
    });
    return JSON.parse(stdout.split('\nENDED')[1] ?? '[]') as Called[];
  }

  test('gets from each function what it expects, but for those that docs/compatibility.md names', async () => {
    const passing = await call([
      ['collections', 'createCollection', { collection: NEW_COLLECTION }],
      ['collections', 'getCollection', { collectionName: 'NEW', collectionVersion: '1' }],
      ['collections', 'getCollections', { query: { limit: '5' } }],
      ['collections', 'updateCollection', { collection: { ...NEW_COLLECTION, dataType: 'N' } }],
      ['providers', 'createProvider', { provider: PROVIDER }],
      ['providers', 'getProvider', { providerId: 'new' }],
      ['providers', 'getProviders', { queryStringParameters: { limit: '5' } }],
      ['rules', 'postRule', { rule: RULE }],
      ['rules', 'getRule', { ruleName: 'new_rule' }],
      ['rules', 'listRules', { query: { limit: '5' } }],
      ['rules', 'replaceRule', { ruleName: 'new_rule', replacementRule: { ...RULE, tags: ['a'] } }],
      ['rules', 'updateRule', { ruleName: 'new_rule', updateParams: { state: 'DISABLED' } }],
      ['granules', 'getGranuleResponse', { granuleId: 'G1' }],
      ['granules', 'getGranule', { granuleId: 'G1' }],
      ['granules', 'waitForGranule', { granuleId: 'G1', status: 'completed', retries: 0 }],
      ['granules', 'listGranules', { query: { limit: '2' } }],
      ['granules', 'reingestGranule', { granuleId: 'G1' }],
      ['granules', 'applyWorkflow', { granuleId: 'G2', workflow: 'Ingest', meta: { a: 1 } }],
      ['granules', 'deleteGranule', { granuleId: 'G3' }],
      ['executions', 'getExecution', { arn: executionArn }],
      ['executions', 'getExecutions', { query: { limit: '5' } }],
      ['executions', 'getExecutionStatus', { arn: executionArn }],
      ['pdrs', 'getPdr', { pdrName: 'P1.PDR' }],
      ['pdrs', 'getPdrs', { query: { limit: '5' } }],
      ['pdrs', 'deletePdr', { pdrName: 'P1.PDR' }],
      ['asyncOperations', 'getAsyncOperation', { asyncOperationId: 'op' }],
      ['asyncOperations', 'listAsyncOperations', { query: { limit: '5' } }],
      ['workflows', 'getWorkflow', { workflowName: 'Ingest' }],
      ['workflows', 'getWorkflows', {}],
      ['rules', 'deleteRule', { ruleName: 'new_rule' }],
      ['providers', 'deleteProvider', { providerId: 'new' }],
      ['collections', 'deleteCollection', { collectionName: 'NEW', collectionVersion: '1' }],
    ]);
    expect(passing.filter(({ error }) => error !== undefined)).toEqual([]);
    const answers = new Map(passing.map(({ name, answer }) => [name, answer]));
    expect(answers.get('collections.getCollection')).toMatchObject({ name: 'NEW' });
    expect(answers.get('granules.getGranule')).toMatchObject({ granuleId: 'G1', status: 'completed' });
    expect(answers.get('executions.getExecution')).toMatchObject({ arn: executionArn });

    const refused = await call([
      ['granules', 'moveGranule', { granuleId: 'G1', destinations: [] }],
      ['granules', 'removeFromCMR', { granuleId: 'G1' }],
      ['granules', 'removePublishedGranule', { granuleId: 'G1' }],
      ['granules', 'getGranule', { granuleId: 'G1', collectionId: 'NEW___1' }],
    ]);
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([501, 501, 501, 404]);
    const reported = await readFile(COMPATIBILITY, 'utf8');
    for (const { name } of passing) expect(reported).toContain(`\`${name}\``);
    for (const { name } of refused) expect(reported).toContain(`\`${name}\``);
  }, 180_000);
});
