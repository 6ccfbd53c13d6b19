import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { executionUrlOf } from '@cumulus/models/messages';
import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { REPOSITORY } from '../packed/packages.ts';
import { CLIENTS, type ClientCall, callsFor, type PublishedClient, recordsFor } from './client-calls.ts';
import { tableInPage, tableOf } from './client-table.ts';
import { NEW_COLLECTION, startIngest } from './ingest.ts';

const INSTALLATION = fileURLToPath(new URL('../../existing-clients/', import.meta.url));
const HOST = fileURLToPath(new URL('lambda-host.mjs', import.meta.url));
const HANDLER = fileURLToPath(new URL('../../../packages/api/dist/lambda/bundle/private-api.mjs', import.meta.url));
const COMPATIBILITY = fileURLToPath(new URL('../../../docs/reference/compatibility.md', import.meta.url));

const BUCKET = 'system-bucket';

/** What came of a call. */
interface Ended {
  readonly answer?: unknown;
  readonly error?: string;
  /** Of each answer of the API. */
  readonly statusCodes: readonly number[];
}

/** Where the published clients are installed, as their lock file says: the first run does it, and the next find it there. */
async function installedClients(): Promise<string> {
  const lock = createHash('sha256')
    .update(await readFile(join(INSTALLATION, 'package-lock.json')))
    .digest('hex');
  const folder = join(REPOSITORY, 'node_modules/.cache/cumulus-test-e2e', `existing-clients-${lock.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const incomplete = `${folder}-${process.pid}`;
    await cp(INSTALLATION, incomplete, { recursive: true });
    const install = ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', install, { cwd: incomplete });
    await rename(incomplete, folder);
  }
  await cp(join(INSTALLATION, 'call.cjs'), join(folder, 'call.cjs'));
  return folder;
}

// The clients are the published ones; the function is our bundle; AWS Lambda's Invoke is played by lambda-host.mjs, since moto
// needs containers for it.
describeUnless(await whyNoMoto(), '@cumulus/api-client as it is published', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let host: ChildProcess;
  let lambda: string;
  let folder: string;
  let executionArn: string;

  beforeAll(async () => {
    folder = await installedClients();
    await createDeployment({ client, prefix });
    const input = { meta: { workflow_name: 'Ingest' }, payload: {} };
    executionArn = await startIngest({ moto, bucket: BUCKET, stackName: prefix, input });
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/workflow_template.json`, Body: '{}' }));
    await moto.s3.send(new CreateBucketCommand({ Bucket: 'archive' }));
    const models = createModels({ client, tables: prefix });
    const { execution } = recordsFor(CLIENTS[0] as PublishedClient, executionArn);
    await models.executions.create(execution as never);
    for (const each of CLIENTS) await putRecords(each, models);
    const sqs = new SQSClient({ endpoint: moto.endpoint });
    const { QueueUrl: queue } = await sqs.send(new CreateQueueCommand({ QueueName: `${prefix}-operations` }));
    sqs.destroy();
    const names = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];
    host = spawn(process.execPath, [HOST, HANDLER, `${prefix}-PrivateApiLambda`], {
      env: {
        ...process.env,
        ...Object.fromEntries(names.map((name) => [name, physicalTableName(prefix, name)])),
        stackName: prefix,
        system_bucket: BUCKET,
        operationsQueueUrl: queue,
        ...cmr.environment,
        invokeArn: 'arn:aws:lambda:us-east-1:123456789012:function:ScheduleSF',
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_LAMBDA_FUNCTION_NAME: `${prefix}-PrivateApiLambda`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [address] = (await once(host.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    lambda = address.toString().split('\n')[0] ?? '';
  }, 300_000);

  afterAll(() => {
    host?.kill();
    client.destroy();
  });

  async function putRecords(published: PublishedClient, models: ReturnType<typeof createModels>): Promise<void> {
    const { granules, oldExecution, pdr, operation, report, file, archived } = recordsFor(published, executionArn);
    const execution = executionUrlOf(executionArn);
    for (const granule of granules) await models.granules.create({ ...granule, execution } as never);
    await models.executions.create(oldExecution as never);
    await models.files.create(file);
    await moto.s3.send(new PutObjectCommand({ Bucket: archived.bucket, Key: archived.key, Body: 'data' }));
    await models.pdrs.create(pdr as never);
    await models.asyncOperations.create(operation as never);
    const Key = `${prefix}/reconciliation-reports/${report}.json`;
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify({ report }) }));
  }

  /** Calls those of the functions that each client has. @returns what came of each, with the calls */
  async function callAll(): Promise<readonly (readonly (readonly [ClientCall, Ended | undefined])[])[]> {
    const callsOfAll = CLIENTS.map((published) => callsFor(published, executionArn));
    const asked = CLIENTS.map(({ name: client }, index) => {
      const calls = callsOfAll[index]?.map(({ name, parameters }) => {
        const given = typeof parameters === 'string' ? parameters : { prefix, ...parameters };
        return [...name.split('.'), given];
      });
      return [client, calls];
    });
    const { stdout } = await promisify(execFile)(process.execPath, ['call.cjs', JSON.stringify(asked)], {
      cwd: folder,
      env: {
        ...process.env,
        // In a test of its own a client would ask LocalStack.
        NODE_ENV: 'production',
        AWS_ENDPOINT_URL_LAMBDA: lambda,
        AWS_REGION: 'us-east-1',
        AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      },
      maxBuffer: 50_000_000,
    });
    const all = JSON.parse(stdout.split('\nENDED')[1] ?? '[]') as readonly {
      readonly functions: readonly string[];
      readonly ended: readonly Ended[];
    }[];
    return callsOfAll.map((calls, index) => {
      const { functions = [], ended = [] } = all[index] ?? {};
      const called = new Set(calls.map(({ name }) => name));
      expect(functions.filter((name) => !called.has(name))).toEqual([]);
      return calls.map((call, at) => [call, functions.includes(call.name) ? ended[at] : undefined] as const);
    });
  }

  test('@cumulus/collection-config-store reads the configuration of a collection that a client made', async () => {
    const collection = { ...NEW_COLLECTION, name: 'CONFIGURED', dataType: 'CONF' };
    const environment = {
      ...process.env,
      // In a test of its own the store would ask LocalStack.
      NODE_ENV: 'production',
      AWS_ENDPOINT_URL_LAMBDA: lambda,
      AWS_ENDPOINT_URL_S3: moto.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    };
    const inFolder = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, args, { cwd: folder, env: environment })).stdout;
    await inFolder(
      'call.cjs',
      JSON.stringify([['api-client-21', [['collections', 'createCollection', { prefix, collection }]]]]),
    );
    const read = `const Store = require('@cumulus/collection-config-store');
      new Store('${BUCKET}', '${prefix}').get('CONF', '1').then(
        (config) => process.stdout.write('\\nREAD' + JSON.stringify(config)));`;
    const [, config = ''] = (await inFolder('--eval', read)).split('\nREAD');
    expect(JSON.parse(config)).toMatchObject(collection);
  }, 60_000);

  test('gets from each function what it expects, but for those that docs/reference/compatibility.md names', async () => {
    const columns = [];
    const endedOfAll = await callAll();
    for (const [index, published] of CLIENTS.entries()) {
      const ended = endedOfAll[index] ?? [];
      for (const [{ name, expected }, each] of ended) {
        if (each === undefined || !isDone(each) || expected === undefined) continue;
        expect({ client: published.name, name, body: bodyOf(each.answer) }).toMatchObject({ name, body: expected });
      }
      columns.push({ release: published.release, ended });
    }
    const page = await readFile(COMPATIBILITY, 'utf8');
    const table = tableOf(
      columns.map(({ release, ended }) => ({
        release,
        cells: ended.map(([call, each]) => ({
          row: call.given === undefined ? `\`${call.name}\`` : `\`${call.name}\` with ${call.given}`,
          cell: each === undefined ? undefined : isDone(each) ? 'works' : wordsOf(each),
        })),
      })),
    );
    const current = tableInPage(page, table);
    if (process.env['CUMULUS_TEST_WRITE_PAGES'] === '1') await writeFile(COMPATIBILITY, current);
    else expect(page).toBe(current);
  }, 300_000);
});

/** Whether all that the function asked was done, and it took the answers. */
function isDone({ error, statusCodes }: Ended): boolean {
  return error === undefined && statusCodes.length > 0 && statusCodes.every((code) => code >= 200 && code < 300);
}

function wordsOf({ error, statusCodes }: Ended): string {
  if (statusCodes.length === 0) throw new Error(`no answer at all: ${error}`);
  return [...new Set(statusCodes)].join(', then ');
}

/** The body of what the function returned: some functions return the whole answer, others its parsed body. */
function bodyOf(answer: unknown): unknown {
  const body = (answer as { body?: unknown } | null)?.body;
  return typeof body === 'string' ? JSON.parse(body) : answer;
}
