import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import { toAttributes } from '@cumulus/dynamodb/items';
import {
  createTableInput,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
  type TableName,
} from '@cumulus/dynamodb/tables';
import { type SampleRecord, sampleRecords } from '@cumulus/local';
import { COUNTED_TYPES, type CountedType, recount } from '@cumulus/models/counts';
import autocannon from 'autocannon';
import { serve } from './api-process.ts';
import type { BenchTables } from './bench-tables.ts';
import { dashboardRequests, type Named } from './dashboard-requests.ts';
import { median } from './figures.ts';
import { writeBatches } from './granule-batches.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';
import { say } from './say.ts';

/** The small deployment; what is asked of the large one may take so many times as much, and not longer than this. */
const SMALL = 2_000;
const GROWTH = 1.5;
const MAX_MILLISECONDS = 1_000;

const WARM_UPS = 1;
const RUNS = 5;

/** Over how many days the records' times are spread. */
const DAYS = 100;
const DAY = 24 * 3_600_000;

const GRANULES_OF_PDR = 20;

const LOADS = [50, 200];
const SECONDS = 10;

/** The tables that grow. */
const LARGE: readonly TableName[] = ['ExecutionsTable', 'GranulesTable'];

interface Deployment {
  readonly prefix: string;
  readonly size: number;
}

/** What one request took. */
interface Cost {
  readonly readUnits: number;
  readonly milliseconds: number;
}

/** Asks a small deployment and a large one what dashboards ask, in turn, and puts load on the large one. */
export async function reportDashboards(tables: BenchTables, size: number): Promise<void> {
  const now = Date.now();
  const deployments: Deployment[] = [];
  for (const items of [SMALL, size]) {
    say(`Loading ${items} granules and executions for dashboards`);
    const prefix = `${tables.prefix}-dashboards-${items}`;
    await load(tables, prefix, items, now);
    deployments.push({ prefix, size: items });
  }
  const meter = await UnitMeter.start();
  const servers = await Promise.all(deployments.map(({ prefix }) => serve(prefix, ['--endpoint-url', meter.url])));
  try {
    say('Requests of dashboards');
    const rows: string[] = [];
    const problems: string[] = [];
    for (const path of dashboardRequests(await namedIn(now))) {
      const [small, large] = (await compare(
        meter,
        servers.map(({ url }) => url),
        path,
      )) as [Cost, Cost];
      const [units, time] = [large.readUnits / small.readUnits, large.milliseconds / small.milliseconds];
      const unmet = [
        ...(units > GROWTH ? [`${units.toFixed(1)} × the read units`] : []),
        ...(time > GROWTH ? [`${time.toFixed(1)} × the time`] : []),
        ...(large.milliseconds > MAX_MILLISECONDS ? [`${large.milliseconds.toFixed(0)} ms`] : []),
      ];
      say(`${shown(path)}: ${small.readUnits} and ${large.readUnits} read units, ${large.milliseconds.toFixed(0)} ms`);
      if (unmet.length > 0) problems.push(`${path}: ${unmet.join(', ')}`);
      const cells = [small.readUnits, large.readUnits, units.toFixed(2)];
      const times = [small.milliseconds.toFixed(0), large.milliseconds.toFixed(0), time.toFixed(2)];
      rows.push(`| ${shown(path)} | ${[...cells, ...times].join(' | ')} |`);
    }
    process.stdout.write(`
What dashboards ask, ${SMALL} and ${size} granules and executions; medians of ${RUNS}

| request | read units, ${SMALL} | ${size} | ratio | ms, ${SMALL} | ${size} | ratio |
| ------- | --: | --: | --: | --: | --: | --: |
${rows.join('\n')}

At most ${GROWTH} × the read units and the time, and none over ${MAX_MILLISECONDS} ms: ${problems.length === 0 ? 'met' : `NOT MET by ${problems.length}`}
${problems.map((problem) => `  ${problem}\n`).join('')}
| connections | answers/s | 503/s | 99 % within, ms | time-outs | peak MB |
| --: | --: | --: | --: | --: | --: |
`);
    // Without the meter, which would be loaded too.
    const large = await serve(deployments.at(-1)?.prefix ?? '', []);
    for (const connections of LOADS) {
      say(`${connections} connections`);
      const { requests, latency, timeouts, errors, ...answers } = await autocannon({
        ...{ url: `${large.url}/granules?limit=50`, connections, duration: SECONDS },
      });
      const shed = answers.non2xx / SECONDS;
      const figures = [requests.average - shed, shed, latency.p99].map((figure) => figure.toFixed(0));
      process.stdout.write(`| ${[connections, ...figures, timeouts + errors, large.peakMegabytes()].join(' | ')} |\n`);
    }
    await large.stop();
  } finally {
    for (const server of servers) await server.stop();
    await meter.stop();
  }
}

/** Asks in turn. */
async function compare(meter: UnitMeter, urls: readonly string[], path: string): Promise<readonly Cost[]> {
  const measured = urls.map((url) => ({ url, times: [] as number[], readUnits: [] as number[] }));
  for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
    for (const { url, times, readUnits } of measured) {
      meter.readUnits = 0;
      const start = performance.now();
      const response = await fetch(`${url}${path}`);
      await response.arrayBuffer();
      const took = performance.now() - start;
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      if (run < WARM_UPS) continue;
      times.push(took);
      readUnits.push(meter.readUnits);
    }
  }
  return measured.map(({ times, readUnits }) => ({ milliseconds: median(times), readUnits: median(readUnits) }));
}

function shown(path: string): string {
  return decodeURIComponent(path).replaceAll('|', '\\|');
}

/** Stands before DynamoDB Local, and adds up the read units of what passes. */
class UnitMeter {
  readUnits = 0;
  url = '';
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #server = http.createServer((request, response) => this.#pass(request, response));

  static async start(): Promise<UnitMeter> {
    const meter = new UnitMeter();
    meter.#server.listen(0, '127.0.0.1');
    await once(meter.#server, 'listening');
    meter.url = `http://127.0.0.1:${(meter.#server.address() as AddressInfo).port}`;
    return meter;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = JSON.stringify({ ...JSON.parse(Buffer.concat(pieces).toString()), ReturnConsumedCapacity: 'TOTAL' });
    const { method, headers } = request;
    const passed = http.request(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', {
      ...{ method, agent: this.#agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
    });
    passed.on('response', async (answer) => {
      const answered: Buffer[] = [];
      for await (const piece of answer) answered.push(piece as Buffer);
      const whole = Buffer.concat(answered);
      for (const [, units] of whole.toString().matchAll(/"CapacityUnits":([\d.]+)/g)) this.readUnits += Number(units);
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(whole);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  }
}

async function load(tables: BenchTables, prefix: string, size: number, now: number): Promise<void> {
  for (const definition of [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE]) {
    const name = physicalTableName(prefix, definition.name);
    // Without streams: the more they hold, the slower DynamoDB Local writes.
    const { stream: _, ...schema } = schemaOf(definition);
    tables.names.add(name);
    await tables.client.send(new CreateTableCommand(createTableInput(name, schema)));
    await waitUntilTableExists({ client: tables.client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
  }
  const raw = new RawDynamoDB(DEFAULT_WRITE_CONCURRENCY);
  for await (const { tableName, records } of sampleRecords()) {
    const table = physicalTableName(prefix, tableName as TableName);
    const isLarge = LARGE.includes(tableName as TableName);
    const batches = isLarge ? manyBatches(table, records, size, now) : batchesOf(table, records, records.length);
    await writeBatches(raw, batches, DEFAULT_WRITE_CONCURRENCY);
  }
  raw.close();
  const { client } = tables;
  const streamsClient = createStreamsClient();
  const countsTable = physicalTableName(prefix, RECORD_COUNTS_TABLE.name);
  for (const recordType of Object.keys(COUNTED_TYPES) as CountedType[]) {
    const table = physicalTableName(prefix, COUNTED_TYPES[recordType].table);
    await recount({ client, streamsClient, countsTable, recordType, table, settleTime: 1 });
  }
  streamsClient.destroy();
}

/** So many records out of some, each with an id and a time of its own. */
function* manyBatches(table: string, records: readonly SampleRecord[], size: number, now: number): Generator<Buffer> {
  yield* batchesOf(
    table,
    {
      at: (index) => {
        const record = records[index % records.length] ?? {};
        const time = Math.round(now - (index * DAYS * DAY) / size);
        const { arn, name, granuleId, execution } = record;
        const own =
          arn === undefined
            ? {
                granuleId: `${granuleId}_${index}`,
                execution: `${execution}_${index}`,
                pdrName: `pdr_${Math.floor(index / GRANULES_OF_PDR)}`,
              }
            : { arn: `${arn}_${index}`, name: `${name}_${index}` };
        return { ...record, ...own, timestamp: time, createdAt: time - 60_000, updatedAt: time };
      },
    },
    size,
  );
}

const BATCH = 25;

function* batchesOf(
  table: string,
  records: { at(index: number): SampleRecord | undefined },
  size: number,
): Generator<Buffer> {
  for (let first = 0; first < size; first += BATCH) {
    const puts = Array.from({ length: Math.min(BATCH, size - first) }, (_, index) => ({
      PutRequest: { Item: toAttributes(records.at(first + index) ?? {}) },
    }));
    yield Buffer.from(JSON.stringify({ RequestItems: { [table]: puts } }));
  }
}

/** What the requests name: of the sample records, as {@link manyBatches} made them. */
async function namedIn(now: number): Promise<Named> {
  const INDEX = 7;
  const named = { collectionId: '', granuleId: '', execution: '', arn: '', workflow: '' };
  for await (const { tableName, records } of sampleRecords()) {
    const record = records[INDEX];
    if (tableName === 'GranulesTable') {
      named.granuleId = `${record?.['granuleId']}_${INDEX}`;
      named.execution = `${record?.['execution']}_${INDEX}`;
      named.collectionId = String(record?.['collectionId']);
    }
    if (tableName === 'ExecutionsTable') {
      named.arn = `${record?.['arn']}_${INDEX}`;
      named.workflow = String(record?.['type']);
    }
  }
  return { ...named, pdrName: 'pdr_0', yesterday: now - DAY };
}
