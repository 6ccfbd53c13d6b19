// Runs the benchmarks; docs/explanation/benchmark-method.md says what each figure is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  enterEnvironment,
  MotoUnavailableError,
  type ServerProcess,
  serverEnvironment,
  startMoto,
} from '@cumulus/local';
import { startTestDynamoDB } from '@cumulus/test-kit/servers';
import { reportApi } from './api.ts';
import { reportArchive } from './archive.ts';
import { BenchTables } from './bench-tables.ts';
import { CommandBench } from './commands.ts';
import { reportDashboards, SMALL_DEPLOYMENT } from './dashboards.ts';
import { DescribedTables } from './described-tables.ts';
import { reportEvents } from './events.ts';
import { reportLarge } from './large.ts';
import { reportLists } from './lists.ts';
import { reportOthers } from './others/report.ts';
import { DYNEIN_REGION } from './others/tools.ts';
import { reportReconcile } from './reconcile.ts';
import { say } from './say.ts';
import { reportScale } from './scale.ts';
import { reportStatus } from './status.ts';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '5' },
    'only-commands': { type: 'boolean', default: false },
    'only-lists': { type: 'boolean', default: false },
    'only-api': { type: 'boolean', default: false },
    'only-events': { type: 'boolean', default: false },
    'only-dashboards': { type: 'boolean', default: false },
    'only-reconcile': { type: 'boolean', default: false },
    'only-status': { type: 'boolean', default: false },
    'only-archive': { type: 'boolean', default: false },
    'only-large': { type: 'boolean', default: false },
    'only-scale': { type: 'boolean', default: false },
    records: { type: 'string', default: '2000000' },
    gigabytes: { type: 'string', default: '10' },
    'only-others': { type: 'boolean', default: false },
    files: { type: 'string', default: '100000,1000000' },
    events: { type: 'string', default: '10000' },
    'api-items': { type: 'string', default: '200000' },
    'only-requests': { type: 'string' },
    'only-works': { type: 'string' },
    'keep-tables': { type: 'boolean', default: false },
  },
});
const items = Number(values.items);
const runs = Number(values.runs);
const events = Number(values.events);
const apiItems = Number(values['api-items']);
const records = Number(values.records);
const gigabytes = Number(values.gigabytes);
const files = values.files.split(',').map(Number);
if (![items, runs, events, apiItems, records, ...files].every((number) => Number.isSafeInteger(number) && number > 0)) {
  throw new Error('--items, --runs, --events, --api-items, --records and --files take whole numbers above 0');
}
if (!(gigabytes > 0)) throw new Error('--gigabytes takes a number above 0');
if (apiItems === SMALL_DEPLOYMENT) {
  throw new Error(`--api-items takes another number than ${SMALL_DEPLOYMENT}, which is what it is compared with`);
}
/** One part alone, or all. */
const PARTS = [
  'commands',
  'lists',
  'api',
  'events',
  'dashboards',
  'reconcile',
  'status',
  'archive',
  'large',
  'others',
  'scale',
] as const;
const only = PARTS.find((part) => values[`only-${part}`]);

// Children inherit it: the tables printed here are no place for the SDK's words on Node's age.
enterEnvironment({ AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
const { description: server, ...started } = await startTestDynamoDB({ log: say });
const moto = await startOtherServices();
const described = only === 'scale' ? await DescribedTables.start(started.endpoint) : undefined;
const reached = { ...started, endpoint: described?.url ?? started.endpoint };
enterEnvironment(serverEnvironment(reached, { otherServices: moto?.endpoint }));
if (only === 'others') enterEnvironment({ AWS_REGION: DYNEIN_REGION });
const directory = await mkdtemp(join(tmpdir(), 'cumulus-bench-'));
const tables = new BenchTables();
try {
  if (only === undefined || only === 'commands') {
    await new CommandBench({ tables, server, directory, items, runs }).report();
  }
  if (only === undefined || only === 'lists') await reportLists(tables);
  if (only === undefined || only === 'api') await reportApi(tables, server);
  if (only === undefined || only === 'api' || only === 'dashboards') {
    await reportDashboards(tables, {
      ...{ size: apiItems, keep: values['keep-tables'], moto },
      only: expressionOf(values['only-requests']),
    });
  }
  if (only === undefined || only === 'events') await reportEvents(tables, server, events);
  if (only === undefined || only === 'status') {
    await reportStatus({ tables, server, directory, runs, moto: moto?.endpoint });
  }
  if (only === undefined || only === 'archive') await reportArchive({ tables, server, directory, items, runs });
  // Long, so only where it is asked for.
  if (only === 'large') await reportLarge(gigabytes, directory);
  if (described !== undefined) {
    const works = expressionOf(values['only-works']);
    await reportScale(tables, { described, records, directory, keep: values['keep-tables'], only: works });
  }
  if (only === 'others') await reportOthers({ tables, server, directory, items, runs });
  if (only === 'reconcile') await reportReconcile(files, directory);
} finally {
  await tables.deleteAll();
  await rm(directory, { recursive: true, force: true });
  await described?.stop();
  await moto?.stop();
  await started.stop();
}

function expressionOf(text: string | undefined): RegExp | undefined {
  return text === undefined ? undefined : new RegExp(text);
}

/** S3 and Step Functions, for what dashboards ask; undefined where this machine has no moto. */
async function startOtherServices(): Promise<ServerProcess | undefined> {
  try {
    return await startMoto();
  } catch (error) {
    if (!(error instanceof MotoUnavailableError)) throw error;
    say(`Requests that need S3 or Step Functions are left out: ${error.message}`);
    return undefined;
  }
}
