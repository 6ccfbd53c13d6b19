import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import {
  createTableInput,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
} from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { recount } from '@cumulus/models/counts';
import autocannon from 'autocannon';
import { BIN, freePort, start } from './api-process.ts';
import type { BenchTables } from './bench-tables.ts';
import { type Bound, median } from './figures.ts';
import { time } from './measure.ts';
import { program } from './program.ts';
import { say } from './say.ts';

const CONNECTIONS = 50;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const ROUNDS = 3;
const STARTS = 15;

/** A cold start may take so many starts of Node more than importing the SDK. */
const STARTS_OF_NODE = 3;

/** From the start of its process, a first answer may take so many times as long as importing the SDK. */
const MAX_IMPORTS_OF_SDK = 1.3;

const BUNDLE = fileURLToPath(
  new URL('dist/lambda/bundle/private-api.mjs', import.meta.resolve('@cumulus/api/package.json')),
);

/** The API answers so many of the requests that the SDK alone does, at least. */
const MIN_SHARE_OF_SDK = 0.9;

/** Requests a second, by the API and by the SDK alone. */
export interface Throughput {
  readonly request: string;
  readonly api: number;
  readonly bare: number;
  /** The 99th percentiles of their answers, in milliseconds. */
  readonly p99: number;
  readonly bareP99: number;
  /** How many requests the API refused with 503 or left to time out, in all rounds: other work took its processor for seconds. */
  readonly unanswered: number;
}

/** Medians of whole processes, in milliseconds. */
export interface ColdStart {
  readonly node: number;
  readonly sdk: number;
  readonly api: number;
}

/** Puts load on the API and on the same reads by the SDK alone, in turn. */
async function benchThroughput(prefix: string, bareSdk: string, granuleId: string): Promise<readonly Throughput[]> {
  const ports = [await freePort(), await freePort()] as const;
  const table = physicalTableName(prefix, 'GranulesTable');
  const servers = [
    await start([BIN, 'serve', '--prefix', prefix, '--port', String(ports[0]), '--no-auth'], 'Ctrl-C'),
    await start([bareSdk, table, String(ports[1])], 'listening'),
  ];
  try {
    const measured: Throughput[] = [];
    for (const [request, path] of [
      ['GET /granules?limit=10', '/granules?limit=10'],
      ['GET /granules/:id', `/granules/${encodeURIComponent(granuleId)}`],
    ] as const) {
      for (const port of ports) await load(port, path, WARM_UP_SECONDS);
      const rounds: { readonly api: Load; readonly bare: Load }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({ api: await load(ports[0], path, SECONDS), bare: await load(ports[1], path, SECONDS) });
      }
      measured.push({
        request,
        api: median(rounds.map(({ api }) => api.requests)),
        bare: median(rounds.map(({ bare }) => bare.requests)),
        p99: median(rounds.map(({ api }) => api.p99)),
        bareP99: median(rounds.map(({ bare }) => bare.p99)),
        unanswered: rounds.reduce((sum, { api }) => sum + api.unanswered, 0),
      });
    }
    return measured;
  } finally {
    for (const server of servers) {
      server.kill('SIGINT');
      await once(server, 'close');
    }
  }
}

interface Load {
  /** Answered with 200, a second. */
  readonly requests: number;
  readonly p99: number;
  /** Answered with 503, or not in time. */
  readonly unanswered: number;
}

async function load(port: number, path: string, duration: number): Promise<Load> {
  const result = await autocannon({ url: `http://127.0.0.1:${port}${path}`, connections: CONNECTIONS, duration });
  const { latency, errors, timeouts, non2xx } = result;
  const shed = result.statusCodeStats?.['503']?.count ?? 0;
  if (non2xx > shed || errors > timeouts)
    throw new Error(`${path}: ${non2xx - shed} answers were errors, ${errors - timeouts} connections broke`);
  return { requests: result['2xx'] / result.duration, p99: latency.p99, unanswered: shed + timeouts };
}

/** Starts processes in turn: Node alone, Node with the SDK's client of DynamoDB, and the function with its first answer. */
async function benchColdStart(
  prefix: string,
  granuleId: string,
): Promise<{ readonly costs: ColdStart; readonly bounds: readonly Bound[] }> {
  const names = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];
  const tables = Object.fromEntries(names.map((name) => [name, physicalTableName(prefix, name)]));
  Object.assign(process.env, { stackName: prefix, ...tables });
  const event = { httpMethod: 'GET', path: `/granules/${encodeURIComponent(granuleId)}` };
  const first = `const { handler } = await import(${JSON.stringify(BUNDLE)});
    const { statusCode } = await handler(${JSON.stringify(event)}, { awsRequestId: '1' });
    process.exit(statusCode === 200 ? 0 : 1);`;
  const scripts = { node: '0', sdk: "await import('@aws-sdk/client-dynamodb')", api: first };
  const times: Record<keyof ColdStart, number[]> = { node: [], sdk: [], api: [] };
  for (let run = 0; run < STARTS; run += 1) {
    for (const [name, script] of Object.entries(scripts) as [keyof ColdStart, string][]) {
      times[name].push(1000 * (await time(['--input-type=module', '--eval', script])));
    }
  }
  const costs = { node: median(times.node), sdk: median(times.sdk), api: median(times.api) };
  const starts = (costs.api - costs.sdk) / costs.node;
  const imports = median(times.api.map((each, run) => each / (times.sdk[run] ?? Number.NaN)));
  const bounds: readonly Bound[] = [
    {
      promise: `first answer ≤ ${MAX_IMPORTS_OF_SDK} × the SDK’s import (${imports.toFixed(2)} ×)`,
      met: imports <= MAX_IMPORTS_OF_SDK,
    },
    {
      promise: `cold start ≤ the SDK’s import + ${STARTS_OF_NODE} × node -e 0 (+ ${starts.toFixed(2)} ×)`,
      met: starts <= STARTS_OF_NODE,
    },
  ];
  return { costs, bounds };
}

/** How many granules the API is asked about. */
const API_GRANULES = 2_000;

/** The API's two commonest requests under load, and the start of its function. */
export async function reportApi(tables: BenchTables, server: string): Promise<void> {
  say(`Loading ${API_GRANULES} granules for the API`);
  const ofApi = `${tables.prefix}-api`;
  const table = physicalTableName(ofApi, 'GranulesTable');
  const countsTable = physicalTableName(ofApi, RECORD_COUNTS_TABLE.name);
  await tables.createGranulesTable(table);
  // The API starts only where all tables are there.
  for (const definition of [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE]) {
    if (definition.name === 'GranulesTable') continue;
    const name = physicalTableName(ofApi, definition.name);
    tables.names.add(name);
    await tables.client.send(new CreateTableCommand(createTableInput(name, schemaOf(definition))));
  }
  await tables.load(table, API_GRANULES);
  const streamsClient = createStreamsClient();
  await recount({ client: tables.client, streamsClient, countsTable, recordType: 'granule', table, settleTime: 1 });
  streamsClient.destroy();
  const { records } = await createModels({ client: tables.client, tables: ofApi }).granules.newest({ limit: 1 }).page();
  const granuleId = String(records[0]?.granuleId);
  say('Requests');
  const throughputs = await benchThroughput(ofApi, program('bare-sdk'), granuleId);
  say('Cold start');
  const { costs, bounds } = await benchColdStart(ofApi, granuleId);
  process.stdout.write(`
Requests a second at 50 connections, ${API_GRANULES} granules, ${server}; API and server on the same processors

| request | API | bare SDK | API / SDK | 99 % of the API’s within, ms | of the SDK’s | 503 or timed out | promised |
| ------- | --: | -------: | --------: | --: | --: | --: | --- |
${throughputs.map(throughputRow).join('\n')}

Cold start, milliseconds: node -e 0 ${costs.node.toFixed(0)}, the SDK’s client imported ${costs.sdk.toFixed(0)}, the function's first answer ${costs.api.toFixed(0)}
${bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('\n')}
`);
}

function throughputRow({ request, api, bare, p99, bareP99, unanswered }: Throughput): string {
  const share = api / bare;
  const figures = [api.toFixed(0), bare.toFixed(0), share.toFixed(2), p99.toFixed(0), bareP99.toFixed(0), unanswered];
  const bounds: readonly Bound[] = [
    { promise: `≥ ${MIN_SHARE_OF_SDK} of the SDK`, met: share >= MIN_SHARE_OF_SDK },
    { promise: '99 % no later than the SDK’s', met: p99 <= bareP99 },
  ];
  const promised = bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('; ');
  return `| ${request} | ${figures.join(' | ')} | ${promised} |`;
}
