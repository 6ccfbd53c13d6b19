// Measures backup, restore and verify against what the same machine and server do at the least; docs/benchmarks.md says
// what each figure is.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import { DEFAULT_SCAN_CONCURRENCY, defaultSegments } from '@cumulus/dynamodb/items';
import {
  createTableInput,
  describeTable,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
} from '@cumulus/dynamodb/tables';
import { enterEnvironment, serverEnvironment } from '@cumulus/local';
import { createModels } from '@cumulus/models';
import { recount } from '@cumulus/models/counts';
import { startTestDynamoDB } from '@cumulus/test-kit/servers';
import { benchColdStart, benchThroughput, type Throughput } from './api.ts';
import { benchEvents } from './events.ts';
import { atMost, type Bound, formatTable, median, medianUsage, pairRatio, type Row } from './figures.ts';
import { granuleBatches, writeBatches } from './granule-batches.ts';
import { benchLists, type Granules, type ListCost } from './lists.ts';
import { type Measured, measure, time, type Usage } from './measure.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';

/** A sequential scan takes the square of the items at DynamoDB Local: above this it would take a quarter of an hour. */
const MAX_ITEMS_FOR_SEQUENTIAL = 50_000;
const MAX_MEGABYTES = 150;

/** What is promised is promised from so many records on; with fewer the start of a process counts most. */
const MIN_ITEMS_PROMISED = 20_000;

/** A list has to take the same at these two sizes. */
const LISTED = [2_000, 200_000] as const;

/** How many granules the API is asked about. */
const API_GRANULES = 2_000;

const RUNS_OF_HELP = 15;
const WARM_UPS = 3;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '5' },
    'only-lists': { type: 'boolean', default: false },
    'only-api': { type: 'boolean', default: false },
    'only-events': { type: 'boolean', default: false },
    events: { type: 'string', default: '10000' },
  },
});
const items = Number(values.items);
const runs = Number(values.runs);
const events = Number(values.events);
if (![items, runs, events].every((number) => Number.isSafeInteger(number) && number > 0)) {
  throw new Error('--items, --runs and --events take a whole number above 0');
}
/** One part alone, or all. */
const only = (['lists', 'api', 'events'] as const).find((part) => values[`only-${part}`]);

// Children inherit it: the tables printed here are no place for the SDK's words on Node's age.
enterEnvironment({ AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
const server = await startTestDynamoDB({ log: say });
enterEnvironment(serverEnvironment(server));
const client = createClient();
const prefix = `bench-${process.pid}`;
const source = physicalTableName(prefix, 'GranulesTable');
const directory = await mkdtemp(join(tmpdir(), 'cumulus-bench-'));
const command = fileURLToPath(new URL('dist/bin.js', import.meta.resolve('@cumulus/api/package.json')));
const tables = new Set<string>();

try {
  if (only === undefined) await benchTables();
  if (only === undefined || only === 'lists') await benchDefaultList();
  if (only === undefined || only === 'api') await benchApi();
  if (only === undefined || only === 'events') await benchRecording();
} finally {
  for (const table of tables) await client.send(new DeleteTableCommand({ TableName: table })).catch(() => undefined);
  client.destroy();
  await rm(directory, { recursive: true, force: true });
  await server.stop();
}

/** Backup, restore, verify and help, at so many items. */
async function benchTables(): Promise<void> {
  say(`Loading ${items} records`);
  await createGranulesTable(source);
  await load(source, items);
  const segments = defaultSegments((await describeTable(client, source)).estimatedBytes);
  const floorScan = [program('floor-scan'), source, String(segments), String(DEFAULT_SCAN_CONCURRENCY)];
  // The server gets faster with its first requests; that is to help none of the rows.
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await measure(floorScan);

  const rows: Row[] = [...(await benchBackup(floorScan)), ...(await benchRestore()), ...(await benchVerify(floorScan))];
  const { plain, help } = await benchHelp();
  process.stdout.write(`
${items} records, ${runs} runs, medians; ${segments} segments, ${DEFAULT_SCAN_CONCURRENCY} scans and ${DEFAULT_WRITE_CONCURRENCY} batches at once
Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${server.description}

${formatTable([...rows.map(withPromises), plain, help])}
`);
}

/** The first page of the default list of granules, at two sizes of the table. */
async function benchDefaultList(): Promise<void> {
  const granules: Granules[] = [];
  for (const size of LISTED) {
    say(`Loading ${size} granules for lists`);
    const table = `${prefix}-listed-${size}-GranulesTable`;
    await createGranulesTable(table);
    await load(table, size);
    granules.push({ table, items: size });
  }
  const [small, large] = granules as [Granules, Granules];
  say('Lists');
  const { costs, bounds } = await benchLists(client, small, large);
  const promises = bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`);
  process.stdout.write(`
The newest 10 granules, medians

| granules | read units | requests | milliseconds |
| -------: | ---------: | -------: | -----------: |
${costs.map(listRow).join('\n')}

200,000 against 2,000: ${promises.join('; ')}
`);
}

/** The API's two commonest requests under load, and the start of its function. */
async function benchApi(): Promise<void> {
  say(`Loading ${API_GRANULES} granules for the API`);
  const ofApi = `${prefix}-api`;
  const table = physicalTableName(ofApi, 'GranulesTable');
  const countsTable = physicalTableName(ofApi, RECORD_COUNTS_TABLE.name);
  await createGranulesTable(table);
  tables.add(countsTable);
  await client.send(new CreateTableCommand(createTableInput(countsTable, schemaOf(RECORD_COUNTS_TABLE))));
  await load(table, API_GRANULES);
  const streamsClient = createStreamsClient();
  await recount({ client, streamsClient, countsTable, recordType: 'granule', table, settleTime: 1 });
  streamsClient.destroy();
  const { records } = await createModels({ client, tables: ofApi }).granules.newest({ limit: 1 }).page();
  const granuleId = String(records[0]?.granuleId);
  say('Requests');
  const throughputs = await benchThroughput(ofApi, program('bare-sdk'), granuleId);
  say('Cold start');
  const { costs, bound } = await benchColdStart(ofApi, granuleId);
  process.stdout.write(`
Requests a second at 50 connections, ${API_GRANULES} granules, ${server.description}; API and server on the same processors

| request | API | bare SDK | API / SDK | 99 % of the API’s within, ms |
| ------- | --: | -------: | --------: | --: |
${throughputs.map(throughputRow).join('\n')}

Cold start, milliseconds: node -e 0 ${costs.node.toFixed(0)}, the SDK’s client imported ${costs.sdk.toFixed(0)}, the function's first answer ${costs.api.toFixed(0)}
${bound.promise}: ${bound.met ? 'met' : 'NOT MET'}
`);
}

/** Events of executions, recorded through the handler for Lambda. */
async function benchRecording(): Promise<void> {
  say(`Recording ${events} events`);
  const cost = await benchEvents(client, prefix, events, tables);
  process.stdout.write(`
${events} events of executions with 3 granules of 3 files each, through the handler, ${server.description}

| events a second | requests an event | writes an event | share of DynamoDB Local's own time |
| --------------: | ----------------: | --------------: | ---------------------------------: |
| ${cost.eventsPerSecond.toFixed(0)} | ${cost.requests.toFixed(2)} | ${cost.writes.toFixed(2)} | ${(cost.share * 100).toFixed(0)} % |
`);
}

function throughputRow({ request, api, bare, p99 }: Throughput): string {
  return `| ${request} | ${api.toFixed(0)} | ${bare.toFixed(0)} | ${(api / bare).toFixed(2)} | ${p99.toFixed(0)} |`;
}

function listRow({ items: listed, readUnits, requests, milliseconds }: ListCost): string {
  return `| ${listed} | ${readUnits} | ${requests} | ${milliseconds.toFixed(1)} |`;
}

async function load(table: string, size: number): Promise<void> {
  const raw = new RawDynamoDB(DEFAULT_WRITE_CONCURRENCY);
  await writeBatches(raw, granuleBatches(table, size), DEFAULT_WRITE_CONCURRENCY);
  raw.close();
}

async function benchBackup(floorScan: readonly string[]): Promise<Row[]> {
  const floors: Usage[] = [];
  const backups: Usage[] = [];
  for (let run = 1; run <= runs; run += 1) {
    say(`Backup, run ${run} of ${runs}`);
    floors.push(await measure(floorScan));
    const to = join(directory, `run-${run}`);
    backups.push(await cumulusApi('backup', '--table', source, '--directory', to));
    if (run > 1) await rm(to, { recursive: true });
  }
  const floor = medianUsage(floors);
  const backup = medianUsage(backups);
  const ratio = pairRatio(backups, floors);
  const bounds: Bound[] = [atMost(items < 200_000 ? 1.3 : 1.15, ratio, '× floor'), withinMemory(backup)];
  const rows: Row[] = [{ name: 'floor: parallel scan, plain HTTP', usage: floor, bounds: [] }];
  if (items <= MAX_ITEMS_FOR_SEQUENTIAL) {
    say('Sequential scan');
    const sequential = await measure([program('sequential-scan'), source]);
    const times = sequential.seconds / backup.seconds;
    rows.push({
      name: 'sequential SDK scan (one run)',
      usage: sequential,
      ratio: sequential.seconds / floor.seconds,
      bounds: [],
    });
    bounds.push({ promise: `≥ 10 × faster than sequential (${times.toFixed(1)})`, met: times >= 10 });
  }
  if (items <= 20_000) bounds.push(atMost(1.2, backup.cpuSeconds, 'processor s'));
  return [...rows, { name: 'cumulus-api backup', usage: backup, ratio, bounds }];
}

async function benchRestore(): Promise<Row[]> {
  const floors: Usage[] = [];
  const insides: number[] = [];
  const restores: Usage[] = [];
  for (let run = 1; run <= runs; run += 1) {
    say(`Restore, run ${run} of ${runs}`);
    const floorTable = `${prefix}-floor-${run}-GranulesTable`;
    await createGranulesTable(floorTable);
    const { usage, inside } = withoutPreparation(
      await measure([program('floor-write'), floorTable, String(items), String(DEFAULT_WRITE_CONCURRENCY)]),
    );
    floors.push(usage);
    insides.push(inside);
    await dropTable(floorTable);
    const table = `${prefix}-restored-${run}-GranulesTable`;
    tables.add(table);
    restores.push(await cumulusApi('restore', backupFile(), '--table', table, '--create-table'));
    await dropTable(table);
  }
  const ratio = pairRatio(restores, floors);
  const restore = medianUsage(restores);
  const name = `floor: ready batches, plain HTTP (writing alone ${median(insides).toFixed(2)} s)`;
  return [
    { name, usage: medianUsage(floors), bounds: [] },
    {
      name: 'cumulus-api restore',
      usage: restore,
      ratio,
      bounds: [atMost(1.2, ratio, '× floor'), withinMemory(restore)],
    },
  ];
}

/** A process that made its bodies first, without the time for that, and without the memory that they all take. */
function withoutPreparation(measured: Measured): { usage: Usage; inside: number } {
  const { preparationSeconds, preparationCpuSeconds, writingSeconds } = JSON.parse(measured.output) as {
    readonly preparationSeconds: number;
    readonly preparationCpuSeconds: number;
    readonly writingSeconds: number;
  };
  const usage = {
    seconds: measured.seconds - preparationSeconds,
    cpuSeconds: measured.cpuSeconds - preparationCpuSeconds,
    peakMegabytes: Number.NaN,
  };
  return { usage, inside: writingSeconds };
}

async function benchVerify(floorScan: readonly string[]): Promise<Row[]> {
  const files: Usage[] = [];
  const floors: Usage[] = [];
  const comparisons: Usage[] = [];
  for (let run = 1; run <= runs; run += 1) {
    say(`Verify, run ${run} of ${runs}`);
    files.push(await cumulusApi('verify', backupFile()));
    floors.push(await measure(floorScan));
    comparisons.push(await cumulusApi('verify', backupFile(), '--table', source));
  }
  const file = medianUsage(files);
  const comparison = medianUsage(comparisons);
  return [
    { name: 'cumulus-api verify FILE', usage: file, bounds: [withinMemory(file)] },
    {
      name: 'cumulus-api verify FILE --table',
      usage: comparison,
      ratio: pairRatio(comparisons, floors),
      bounds: [withinMemory(comparison)],
    },
  ];
}

async function benchHelp(): Promise<{ plain: Row; help: Row }> {
  say('Help');
  const plain: number[] = [];
  const help: number[] = [];
  for (let run = 0; run < RUNS_OF_HELP; run += 1) {
    plain.push(await time(['-e', '0']));
    help.push(await time([command, '--help']));
  }
  const ratio = median(help.map((seconds, index) => seconds / (plain[index] ?? Number.NaN)));
  return {
    plain: { name: 'node -e 0', usage: timeAlone(median(plain)), bounds: [] },
    help: {
      name: 'cumulus-api --help',
      usage: timeAlone(median(help)),
      ratio,
      bounds: [atMost(2.5, ratio, '× node -e 0')],
    },
  };
}

function withPromises(row: Row): Row {
  return items < MIN_ITEMS_PROMISED ? { ...row, bounds: [] } : row;
}

function timeAlone(seconds: number): Usage {
  return { seconds, cpuSeconds: Number.NaN, peakMegabytes: Number.NaN };
}

function withinMemory({ peakMegabytes }: Usage): Bound {
  return { promise: `< ${MAX_MEGABYTES} MB`, met: peakMegabytes < MAX_MEGABYTES };
}

function cumulusApi(...args: readonly string[]): Promise<Measured> {
  return measure([command, ...args, '--quiet']);
}

/** The backup of the first run, from which all restores and verifications are made. */
function backupFile(): string {
  return join(directory, 'run-1', `${source}.json`);
}

/** Another program of the benchmark, built beside this one. */
function program(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}

async function createGranulesTable(name: string): Promise<void> {
  const definition = TABLE_DEFINITIONS.find((table) => table.name === 'GranulesTable');
  if (definition === undefined) throw new Error('no definition of the GranulesTable');
  // Without its stream: the more records DynamoDB Local's streams hold, those of other tables too, the slower it writes.
  const { stream: _, ...schema } = schemaOf(definition);
  tables.add(name);
  await client.send(new CreateTableCommand(createTableInput(name, schema)));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
}

async function dropTable(name: string): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: name }));
  tables.delete(name);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
