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
import autocannon, { type Client, type Result } from 'autocannon';
import { BIN, freePort, start } from './api-process.ts';
import type { BenchTables } from './bench-tables.ts';
import { type Bound, median } from './figures.ts';
import { percentile } from './load-clients.ts';
import { processorSeconds, time } from './measure.ts';
import { program } from './program.ts';
import { say } from './say.ts';

const CONNECTIONS = 50;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const ROUNDS = 5;

/** Node accepts one connection in each turn of its loop. Percentiles are of what was sent after so long, in milliseconds: all are open then. */
const OPENING = 1_000;
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
  /** The API's requests a second to those of the SDK: the median of the rounds' ratios. */
  readonly share: number;
  /** The 99th percentiles of their answers, in milliseconds. */
  readonly p99: number;
  readonly bareP99: number;
  /** The median of the ratios of the rounds' percentiles. */
  readonly p99Ratio: number;
  /** So many answers others get while a request waits, of 99 % of the requests: a measure of order without the clock. */
  readonly overtaken: number;
  readonly bareOvertaken: number;
  /** The server's processor time an answer, to that of the SDK behind Node's own server. */
  readonly processorRatio: number;
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
async function benchThroughput(
  prefix: string,
  bareSdk: string,
  granuleIds: readonly string[],
): Promise<readonly Throughput[]> {
  const ports = [await freePort(), await freePort()] as const;
  const table = physicalTableName(prefix, 'GranulesTable');
  const servers = [
    await start([BIN, 'serve', '--prefix', prefix, '--port', String(ports[0]), '--no-auth'], 'Ctrl-C'),
    await start([bareSdk, table, String(ports[1])], 'listening'),
  ] as const;
  const served = [
    { port: ports[0], pid: servers[0].pid },
    { port: ports[1], pid: servers[1].pid },
  ] as const;
  try {
    const measured: Throughput[] = [];
    for (const [request, paths] of [
      ['GET /granules?limit=10', ['/granules?limit=10']],
      ['GET /granules/:id', granuleIds.map((id) => `/granules/${encodeURIComponent(id)}`)],
    ] as const) {
      for (const server of served) await load(server, paths, WARM_UP_SECONDS);
      const rounds: { readonly api: Load; readonly bare: Load }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({ api: await load(served[0], paths, SECONDS), bare: await load(served[1], paths, SECONDS) });
      }
      measured.push({
        request,
        api: median(rounds.map(({ api }) => api.requests)),
        bare: median(rounds.map(({ bare }) => bare.requests)),
        share: median(rounds.map(({ api, bare }) => api.requests / bare.requests)),
        p99: median(rounds.map(({ api }) => api.p99)),
        bareP99: median(rounds.map(({ bare }) => bare.p99)),
        p99Ratio: median(rounds.map(({ api, bare }) => api.p99 / bare.p99)),
        overtaken: median(rounds.map(({ api }) => api.overtaken)),
        bareOvertaken: median(rounds.map(({ bare }) => bare.overtaken)),
        processorRatio: median(rounds.map(({ api, bare }) => api.processorSeconds / bare.processorSeconds)),
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
  /** In milliseconds, of the requests that were sent once all connections were open. */
  readonly p99: number;
  /** So many answers others got meanwhile, of 99 % of them. */
  readonly overtaken: number;
  /** The server's, for each answer. */
  readonly processorSeconds: number;
  /** Answered with 503, or not in time. */
  readonly unanswered: number;
}

interface Server {
  readonly port: number;
  readonly pid: number | undefined;
}

/** @param paths each connection asks for them in turn, from a place of its own on: of many, hardly two ask for the same one at once */
async function load({ port, pid }: Server, paths: readonly string[], duration: number): Promise<Load> {
  let connection = 0;
  const setupClient = (client: Client): void => {
    const at = Math.floor((paths.length / CONNECTIONS) * connection);
    connection += 1;
    client.setRequests([...paths.slice(at), ...paths.slice(0, at)].map((path) => ({ path })));
  };
  const latencies: number[] = [];
  const meanwhile: number[] = [];
  /** How many answers there were when a connection got its last one, and sent its next request. */
  const sentAfter = new Map<Client, number>();
  let answers = 0;
  const used = processorSeconds(pid);
  const options = { url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, duration, setupClient };
  const result = await new Promise<Result>((resolve, reject) => {
    const start = performance.now();
    const run = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    run.on('response', (client, _status, _bytes, latency) => {
      if (performance.now() - latency - start >= OPENING) {
        latencies.push(latency);
        meanwhile.push(answers - (sentAfter.get(client) ?? 0));
      }
      answers += 1;
      sentAfter.set(client, answers);
    });
  });
  const { errors, timeouts, non2xx } = result;
  const shed = result.statusCodeStats?.['503']?.count ?? 0;
  if (non2xx > shed || errors > timeouts)
    throw new Error(`${paths[0]}: ${non2xx - shed} answers were errors, ${errors - timeouts} connections broke`);
  return {
    requests: result['2xx'] / result.duration,
    p99: highest(latencies),
    overtaken: highest(meanwhile),
    processorSeconds: (processorSeconds(pid) - used) / result['2xx'],
    unanswered: shed + timeouts,
  };
}

/** The value that 99 % are under. */
function highest(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.99,
  );
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

/** How many of them are asked for by their ids. */
const ASKED_FOR = 500;

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
  const { granules } = createModels({ client: tables.client, tables: ofApi });
  const { records } = await granules.list({ limit: ASKED_FOR }).page();
  const granuleIds = records.map(({ granuleId }) => granuleId);
  say('Requests');
  const throughputs = await benchThroughput(ofApi, program('bare-sdk'), granuleIds);
  say('Cold start');
  const { costs, bounds } = await benchColdStart(ofApi, granuleIds[0] ?? '');
  process.stdout.write(`
Requests a second at 50 connections, ${API_GRANULES} granules, ${server}; API and server on the same processors

| request | API | bare SDK | API / SDK | 99 % of the API’s within, ms | of the SDK’s | API / SDK | answers to others meanwhile, API | SDK | processor time, API / SDK | 503 or timed out | promised |
| ------- | --: | -------: | --------: | --: | --: | --: | --: | --: | --: | --: | --- |
${throughputs.map(throughputRow).join('\n')}

Cold start, milliseconds: node -e 0 ${costs.node.toFixed(0)}, the SDK’s client imported ${costs.sdk.toFixed(0)}, the function's first answer ${costs.api.toFixed(0)}
${bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('\n')}
`);
}

function throughputRow(measured: Throughput): string {
  const { request, share, p99Ratio, processorRatio } = measured;
  const rates = [measured.api.toFixed(0), measured.bare.toFixed(0), share.toFixed(2)];
  const tails = [measured.p99.toFixed(0), measured.bareP99.toFixed(0), p99Ratio.toFixed(2)];
  const others = [measured.overtaken, measured.bareOvertaken, processorRatio.toFixed(2), measured.unanswered];
  const figures = [...rates, ...tails, ...others];
  const bounds: readonly Bound[] = [
    { promise: `≥ ${MIN_SHARE_OF_SDK} of the SDK`, met: share >= MIN_SHARE_OF_SDK },
    { promise: '99 % no later than the SDK’s', met: p99Ratio <= 1 },
  ];
  const promised = bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('; ');
  return `| ${request} | ${figures.join(' | ')} | ${promised} |`;
}
