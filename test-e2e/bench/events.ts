import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { FunctionProcess, sqsBatch } from '../test/events/function-process.ts';
import { createRecordedTables, RECORDED } from '../test/events/recorded-tables.ts';
import { cumulusMessage, executionEvent } from '../test/events/workflow-events.ts';
import { FaultProxy } from '../test/kit/faults/proxy.ts';
import type { BenchTables } from './bench-tables.ts';
import { atMost } from './figures.ts';
import { processorSeconds } from './measure.ts';
import { atOnce, RawDynamoDB } from './raw-dynamodb.ts';
import { say } from './say.ts';

const GRANULES = 3;
const FILES = 3;

/** As Lambda would with a batch size of 10 and so many functions at once. */
const BATCH = 10;
const FUNCTIONS = 4;

/** A workflow ends after so many others have started. */
const LENGTH = 200;

/** Of so many events, the half of them of starts, the requests are kept, and sent again by themselves: as those of ever further executions. */
const SAMPLE = 2_000;

/** The most processor time of a function that recording an event may take, in milliseconds. */
const MAX_PROCESSOR_TIME = 4.25;

/** The most requests of an event with granules: two writes, and its part of a read. */
const MAX_REQUESTS = 2.2;

const START = Date.UTC(2030, 0, 1);

/** What recording events took. */
export interface EventCost {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Processor time of the functions an event, in milliseconds. */
  readonly processorTime: number;
  /** Requests to DynamoDB, and items that they write, an event. */
  readonly requests: number;
  readonly writes: number;
  /** The time that the same requests take when they are ready and nothing else is done, by that of recording. */
  readonly share: number;
}

interface Request {
  readonly action: string;
  readonly body: string;
}

/** Records so many events of executions, half of them of starts and half of ends, through the handler. */
async function benchEvents(
  client: DynamoDBClient,
  prefix: string,
  events: number,
  tables: Set<string>,
): Promise<EventCost> {
  const make = async (name: string): Promise<NodeJS.ProcessEnv> => {
    for (const table of RECORDED) tables.add(physicalTableName(name, table));
    const environment = await createRecordedTables(name, client);
    return { ...environment, stackName: name, system_bucket: 'none', LOG_LEVEL: 'silent' };
  };
  const sample = Math.min(SAMPLE, events);
  const { seconds, processorTime } = await record(eventsOf(events), await make(`${prefix}-events`));
  const sampled = `${prefix}-sampled-events`;
  const requests = await requestsOf(eventsOf(sample), await make(sampled));
  // Of other tables, which were as empty as those were, and get as full.
  const again = `${prefix}-again-events`;
  await make(again);
  let alone = 0;
  let sent = 0;
  for (; sent < events; sent += sample) {
    alone += await send(requests.map((request) => ofOthers(request, Math.ceil(sent / 2), [sampled, again])));
  }
  return {
    events,
    eventsPerSecond: events / seconds,
    processorTime: (1000 * processorTime) / events,
    requests: requests.length / sample,
    writes: requests.reduce((sum, request) => sum + writesOf(request), 0) / sample,
    share: alone / sent / (seconds / events),
  };
}

/** The request as it would be of an execution so many further on, to other tables. */
function ofOthers({ action, body }: Request, further: number, [before, after]: readonly [string, string]): Request {
  return {
    action,
    body: body
      .replaceAll(`${before}-`, `${after}-`)
      .replace(/(execution-|A2030001\.)(\d+)/g, (_, name, number) => `${name}${Number(number) + further}`)
      // With another token, since DynamoDB knows a transaction again by it.
      .replace(/("ClientRequestToken":")[^"]*/, (_, name) => `${name}${randomUUID()}`),
  };
}

/** @returns both in seconds; the processor time of all functions, without their start */
async function record(
  events: readonly object[],
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly seconds: number; readonly processorTime: number }> {
  const functions = await Promise.all(
    Array.from({ length: FUNCTIONS }, () => FunctionProcess.start('record-execution-events', environment)),
  );
  const messages = events.map((event, index) => ({ id: String(index), event }));
  const processorTimes = (): number => functions.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
  const before = processorTimes();
  const begun = performance.now();
  await Promise.all(
    functions.map(async (one) => {
      for (let batch = messages.splice(0, BATCH); batch.length > 0; batch = messages.splice(0, BATCH)) {
        const invoked = await one.invoke(sqsBatch(batch));
        if (JSON.stringify(invoked) !== '{"result":{"batchItemFailures":[]}}')
          throw new Error(`not all was recorded: ${JSON.stringify(invoked)}\n${one.output}`);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const processorTime = processorTimes() - before;
  await Promise.all(functions.map((one) => one.kill()));
  return { seconds, processorTime };
}

async function requestsOf(events: readonly object[], environment: NodeJS.ProcessEnv): Promise<readonly Request[]> {
  const requests: Request[] = [];
  const proxy = await FaultProxy.start([
    ({ action, body }, pass) => {
      requests.push({ action, body: body.toString('utf8') });
      return pass();
    },
  ]);
  await record(events, { ...environment, ...proxy.environment });
  await proxy.stop();
  return requests;
}

/** @returns seconds */
async function send(requests: readonly Request[]): Promise<number> {
  const connections = FUNCTIONS * BATCH;
  const raw = new RawDynamoDB(connections);
  const waiting = requests.values();
  const begun = performance.now();
  await atOnce(connections, async () => {
    for (const { action, body } of waiting) {
      await raw.call(action, body).catch((error: Error) => {
        // Two requests about one record may come in another order, which takes the server no less time.
        if (!/ConditionalCheckFailed|TransactionCanceled/.test(error.message)) throw error;
      });
    }
  });
  const seconds = (performance.now() - begun) / 1_000;
  raw.close();
  return seconds;
}

function writesOf({ action, body }: Request): number {
  if (action !== 'TransactWriteItems') return /^(?:Put|Update|Delete)Item$/.test(action) ? 1 : 0;
  const { TransactItems } = JSON.parse(body) as { readonly TransactItems: readonly object[] };
  return TransactItems.filter((item) => !('ConditionCheck' in item)).length;
}

/** Starts and ends of workflows, each of granules of its own, as many as go on at once in between. */
function eventsOf(count: number): object[] {
  const events: object[] = [];
  for (let number = 0; events.length < count; number += 1) {
    if (number < Math.ceil(count / 2)) events.push(eventOf(number, 'RUNNING'));
    if (number >= LENGTH && events.length < count) events.push(eventOf(number - LENGTH, 'SUCCEEDED'));
  }
  return events;
}

function eventOf(number: number, status: 'RUNNING' | 'SUCCEEDED'): object {
  const name = `execution-${number}`;
  const granules = Array.from({ length: GRANULES }, (_, granule) => {
    const granuleId = `MOD09GQ.A2030001.${number}.${granule}`;
    const files = Array.from({ length: FILES }, (_, file) => ({
      bucket: 'archive',
      key: `MOD09GQ___006/${granuleId}.${file}.hdf`,
      size: 1_000_000 + file,
      checksumType: 'md5',
      checksum: '0123456789abcdef0123456789abcdef',
      fileName: `${granuleId}.${file}.hdf`,
    }));
    return { granuleId, dataType: 'MOD09GQ', version: '006', files };
  });
  const message = cumulusMessage(name, { granules });
  const startDate = START + number;
  const end = status === 'RUNNING' ? {} : { stopDate: startDate + 60_000, output: message };
  return executionEvent(startDate + (status === 'RUNNING' ? 0 : 60_000), {
    name,
    status,
    startDate,
    input: message,
    ...end,
  });
}

/** Events of executions, recorded through the handler for Lambda. */
export async function reportEvents(tables: BenchTables, server: string, events: number): Promise<void> {
  say(`Recording ${events} events`);
  const cost = await benchEvents(tables.client, tables.prefix, events, tables.names);
  const bounds = [
    atMost(MAX_PROCESSOR_TIME, cost.processorTime, 'ms of a processor an event'),
    atMost(MAX_REQUESTS, cost.requests, 'requests an event'),
  ];
  process.stdout.write(`
${events} events of executions with 3 granules of 3 files each, through the handler, ${server}

| events a second | processor ms an event | requests an event | writes an event | share of DynamoDB Local's own time |
| --------------: | --------------------: | ----------------: | --------------: | ---------------------------------: |
| ${cost.eventsPerSecond.toFixed(0)} | ${cost.processorTime.toFixed(2)} | ${cost.requests.toFixed(2)} | ${cost.writes.toFixed(2)} | ${(cost.share * 100).toFixed(0)} % |

${bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('\n')}
`);
}
