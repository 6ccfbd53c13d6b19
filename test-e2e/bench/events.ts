import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTableInput, physicalTableName, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb';
import { FunctionProcess, sqsBatch } from '../test/events/function-process.ts';
import { cumulusMessage, executionEvent } from '../test/events/workflow-events.ts';
import { FaultProxy } from '../test/faults/proxy.ts';
import { atOnce, RawDynamoDB } from './raw-dynamodb.ts';

const GRANULES = 3;
const FILES = 3;

/** As Lambda would with a batch size of 10 and so many functions at once. */
const BATCH = 10;
const FUNCTIONS = 4;

/** A workflow ends after so many others have started. */
const LENGTH = 200;

/** Of so many events the requests are kept, and sent again by themselves. */
const SAMPLE = 2_000;

const TABLES = ['ExecutionsTable', 'GranulesTable', 'PdrsTable', 'FilesTable'] as const;
const START = Date.UTC(2030, 0, 1);

/** What recording events took. */
export interface EventCost {
  readonly events: number;
  readonly eventsPerSecond: number;
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
export async function benchEvents(
  client: DynamoDBClient,
  prefix: string,
  events: number,
  tables: Set<string>,
): Promise<EventCost> {
  const make = async (name: string): Promise<NodeJS.ProcessEnv> => {
    const environment: NodeJS.ProcessEnv = { stackName: name, system_bucket: 'none', LOG_LEVEL: 'silent' };
    for (const definition of TABLE_DEFINITIONS.filter(({ name: table }) => TABLES.some((one) => one === table))) {
      // DynamoDB Local gets slower with all that its streams hold.
      const { stream: _, ...schema } = schemaOf(definition);
      const table = physicalTableName(name, definition.name);
      tables.add(table);
      await client.send(new CreateTableCommand(createTableInput(table, schema)));
      environment[definition.name] = table;
    }
    return environment;
  };
  const sample = Math.min(SAMPLE, events);
  const seconds = await record(eventsOf(events), await make(`${prefix}-events`));
  const sampled = `${prefix}-sampled-events`;
  const requests = await requestsOf(eventsOf(sample), await make(sampled));
  // The same requests, of other tables that are as empty as those were.
  const again = `${prefix}-again-events`;
  await make(again);
  const alone = await send(
    requests.map(({ action, body }) => ({
      action,
      // With another token, since DynamoDB knows a transaction again by it.
      body: body
        .replaceAll(`${sampled}-`, `${again}-`)
        .replace(/("ClientRequestToken":")[^"]*/, (_, name) => `${name}${randomUUID()}`),
    })),
  );
  return {
    events,
    eventsPerSecond: events / seconds,
    requests: requests.length / sample,
    writes: requests.reduce((sum, request) => sum + writesOf(request), 0) / sample,
    share: alone / sample / (seconds / events),
  };
}

/** @returns seconds */
async function record(events: readonly object[], environment: NodeJS.ProcessEnv): Promise<number> {
  const functions = await Promise.all(
    Array.from({ length: FUNCTIONS }, () => FunctionProcess.start('record-execution-events', environment)),
  );
  const messages = events.map((event, index) => ({ id: String(index), event }));
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
  await Promise.all(functions.map((one) => one.kill()));
  return seconds;
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
