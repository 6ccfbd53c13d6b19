import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type ServerProcess, serverSettings } from '@cumulus/local';
import { DASHBOARD_OBJECTS, readDashboardRequests } from '../test/api/dashboard-requests.ts';
import { serve } from './api-process.ts';
import type { BenchTables } from './bench-tables.ts';
import { DAY, isLoaded, loadDeployment } from './dashboard-deployment.ts';
import { median } from './figures.ts';
import { type LoadOptions, percentile, putLoad } from './load-clients.ts';
import { say } from './say.ts';
import { UnitMeter } from './unit-meter.ts';

/** The small deployment; requests to the large one may take so many times as much, and not longer than this. */
export const SMALL_DEPLOYMENT = 2_000;
const GROWTH = 1.5;
const MAX_MILLISECONDS = 1_000;

const WARM_UPS = 2;
const RUNS = 11;
/** What other programs do meanwhile touches medians of a few runs: times that differ are measured on, so many rounds at the most. */
const MAX_ROUNDS = 5;

const SECONDS = 15;
/** A process that has just started compiles what it runs. */
const WARM_UP: LoadOptions = { connections: 5, seconds: 5, polite: true };
const LOADS: readonly LoadOptions[] = [
  { connections: 50, seconds: SECONDS, polite: true },
  { connections: 200, seconds: SECONDS, polite: true },
  { connections: 200, seconds: SECONDS, polite: false },
];

const BUCKET = 'bench-system';

/** Where the built program finds the requests. */
const REQUESTS = new URL('../../test/fixtures/dashboard-requests.tsv', import.meta.url);

export interface DashboardsOptions {
  /** How many granules and executions the large deployment has. */
  readonly size: number;
  /** Which requests are sent; all unless given. */
  readonly only?: RegExp | undefined;
  /** Whether the tables stay, and those of an earlier run are taken. */
  readonly keep: boolean;
  /** Where S3 and Step Functions are; without it requests that need them are left out. */
  readonly moto: ServerProcess | undefined;
}

/** What one request took. */
interface Cost {
  readonly readUnits: number;
  readonly milliseconds: number;
}

/** Asks a small deployment and a large one what dashboards ask, in turn, and puts load on the large one. */
export async function reportDashboards(tables: BenchTables, options: DashboardsOptions): Promise<void> {
  const { size, keep, moto } = options;
  const prefixes: string[] = [];
  for (const items of [SMALL_DEPLOYMENT, size]) {
    const prefix = keep ? `bench-dashboards-${items}` : `${tables.prefix}-dashboards-${items}`;
    if (keep && (await isLoaded(tables, prefix))) say(`The deployment ${prefix} is there`);
    else {
      const start = performance.now();
      say(`Loading ${items} granules and executions for dashboards`);
      await loadDeployment(tables, prefix, { granules: items, executions: items });
      say(`Loaded in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
    if (keep) tables.names.clear();
    if (moto !== undefined) await putObjects(moto, prefix);
    prefixes.push(prefix);
  }
  process.env['system_bucket'] = BUCKET;
  await compareRequests(prefixes, { sizes: [SMALL_DEPLOYMENT, size], only: options.only, hasMoto: moto !== undefined });
  await reportLoad(prefixes.at(-1) ?? '', size);
}

async function putObjects(moto: ServerProcess, prefix: string): Promise<void> {
  const s3 = new S3Client({ ...serverSettings(moto), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (const [key, value] of Object.entries(DASHBOARD_OBJECTS)) {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/${key}`, Body: JSON.stringify(value) }));
  }
  s3.destroy();
}

export interface RequestsOptions {
  /** How many granules the two deployments have. */
  readonly sizes: readonly [small: number, large: number];
  /** Which of the dashboards' requests are sent; all unless given. */
  readonly only?: RegExp | undefined;
  /** What else is sent. */
  readonly besides?: readonly string[];
  /** Whether S3 and Step Functions can be asked; without them requests that need them are left out. */
  readonly hasMoto?: boolean;
}

/** Sends what dashboards ask to two deployments in turn, and prints what each request took of both. */
export async function compareRequests(
  prefixes: readonly string[],
  { sizes: [smallSize, largeSize], only, besides = [], hasMoto = false }: RequestsOptions,
): Promise<void> {
  const requests = [...(await paths(only, hasMoto)), ...besides];
  if (requests.length === 0) return;
  const meter = await UnitMeter.start();
  const servers = await Promise.all(prefixes.map((prefix) => serve(prefix, ['--endpoint-url', meter.url])));
  const urls = servers.map(({ url }) => url);
  try {
    say('Requests of dashboards');
    const rows: string[] = [];
    const problems: string[] = [];
    for (const path of requests) {
      const [small, large] = (await compare(meter, urls, path)) as [Cost, Cost];
      const [units, time] = [ratio(large.readUnits, small.readUnits), ratio(large.milliseconds, small.milliseconds)];
      const unmet = [
        ...(units > GROWTH ? [`${units.toFixed(1)} × the read units`] : []),
        ...(time > GROWTH ? [`${time.toFixed(1)} × the time`] : []),
        ...(large.milliseconds > MAX_MILLISECONDS ? [`${large.milliseconds.toFixed(0)} ms`] : []),
      ];
      if (unmet.length > 0) problems.push(`${shown(path)}: ${unmet.join(', ')}`);
      const cells = [small.readUnits, large.readUnits, units.toFixed(2)];
      const times = [small.milliseconds.toFixed(0), large.milliseconds.toFixed(0), time.toFixed(2)];
      const row = `| ${shown(path)} | ${[...cells, ...times].join(' | ')} |`;
      say(row);
      rows.push(row);
    }
    process.stdout.write(`
What dashboards ask, deployments of ${smallSize} and of ${largeSize} granules; medians of ${RUNS}, or up to ${MAX_ROUNDS * RUNS} where times differ

| request | read units, ${smallSize} | ${largeSize} | ratio | ms, ${smallSize} | ${largeSize} | ratio |
| ------- | --: | --: | --: | --: | --: | --: |
${rows.join('\n')}

At most ${GROWTH} × the read units and the time, and none over ${MAX_MILLISECONDS} ms: ${problems.length === 0 ? 'met' : `NOT MET by ${problems.length} of ${rows.length}`}
${problems.map((problem) => `  ${problem}\n`).join('')}`);
  } finally {
    for (const server of servers) await server.stop();
    await meter.stop();
  }
}

/**
 * Those of the requests that are answered out of tables or S3, each once; a day before now where they name one. Without the CSV of all
 * granules, which grows with them by its nature.
 */
async function paths(only: RegExp | undefined, hasMoto: boolean): Promise<readonly string[]> {
  const requests = await readDashboardRequests(REQUESTS);
  const yesterday = new Date(Date.now() - DAY).toISOString();
  return requests
    .map(({ path }) => path.replace(/(?<=timestamp__from=)[^&]+/, yesterday))
    .filter((path) => !/^\/(logs\b|granule-csv)/.test(path))
    .filter((path) => hasMoto || !/reconciliationReports|^\/workflows|^\/executions\/status/.test(path))
    .filter((path) => only === undefined || only.test(path));
}

/** How many times as much; 1 where both are nothing. */
function ratio(large: number, small: number): number {
  return large === small ? 1 : large / small;
}

/** Asks in turn. */
async function compare(meter: UnitMeter, urls: readonly string[], path: string): Promise<readonly Cost[]> {
  const measured = urls.map((url) => ({ url, times: [] as number[], readUnits: [] as number[] }));
  const differ = (): boolean => {
    const [small = 0, large = 0] = measured.map(({ times }) => median(times));
    return large > GROWTH * small;
  };
  for (let run = 0; run < WARM_UPS + MAX_ROUNDS * RUNS; run += 1) {
    if (run >= WARM_UPS + RUNS && (run - WARM_UPS) % RUNS === 0 && !differ()) break;
    for (const { url, times, readUnits } of measured) {
      meter.readUnits = 0;
      const start = performance.now();
      const response = await fetch(`${url}${path}`);
      const body = await response.text();
      const took = performance.now() - start;
      if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
      if (run < WARM_UPS) continue;
      times.push(took);
      readUnits.push(meter.readUnits);
    }
  }
  return measured.map(({ times, readUnits }) => ({ milliseconds: median(times), readUnits: median(readUnits) }));
}

function shown(path: string): string {
  return `\`${path}\``;
}

/** Without the meter, which would be loaded too. */
async function reportLoad(prefix: string, size: number): Promise<void> {
  process.stdout.write(`
Load on ${size} granules, \`/granules?limit=50\`, ${SECONDS} s each

| connections | answers/s | p50, ms | p99, ms | 503 with Retry-After | other answers | time-outs | broken | peak MB |
| --- | --: | --: | --: | --: | --: | --: | --: | --: |
`);
  for (const options of LOADS) {
    const { connections, polite } = options;
    say(`${connections} connections`);
    const server = await serve(prefix, []);
    try {
      const url = `${server.url}/granules?limit=50`;
      await putLoad(url, WARM_UP);
      const load = await putLoad(url, options);
      const { answered, seconds, shed, others, timeouts, errors } = load;
      const figures = [answered.length / seconds, percentile(answered, 0.5), percentile(answered, 0.99)];
      const cells = [
        `${connections}${polite ? '' : ', that do not wait'}`,
        ...figures.map((figure) => figure.toFixed(0)),
      ];
      const row = [...cells, shed, others, timeouts, errors, server.peakMegabytes()].join(' | ');
      process.stdout.write(`| ${row} |\n`);
    } finally {
      await server.stop();
    }
  }
}
