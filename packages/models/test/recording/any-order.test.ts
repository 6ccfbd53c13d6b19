import { DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createClient, deleteItems, physicalTableName, type TableName } from '@cumulus/dynamodb';
import { onDynamoDBLocal } from '@cumulus/local/jest';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { recordMessage } from '../../src/recording/record-message.ts';
import { createTables } from '../models/deployment.ts';

const client = createClient();
const prefix = `recording${process.pid}`;
const tableName = (name: TableName): string => physicalTableName(prefix, name);
const target = { client, tableName };
const RECORDED = ['ExecutionsTable', 'FilesTable', 'GranulesTable', 'PdrsTable'] as const;

/** An event about a workflow, as it will be told. */
interface Event {
  readonly workflow: number;
  readonly start: number;
  readonly status: 'running' | 'completed' | 'failed';
  readonly redriveCount: number;
  readonly time: number;
  /** For each granule, the numbers of its files. */
  readonly granules: Readonly<Record<string, readonly number[]>>;
}

function tell(event: Event): Promise<unknown> {
  const { workflow, start, status, time, redriveCount } = event;
  const message = parseMessage({
    cumulus_meta: {
      execution_name: `execution-${workflow}`,
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: start,
      ...(status === 'running' ? {} : { workflow_stop_time: time }),
    },
    meta: {
      status,
      workflow_name: 'Ingest',
      collection: { name: 'MOD09GQ', version: '006' },
      provider: { id: 'podaac', protocol: 's3', host: 'bucket' },
    },
    payload: {
      pdr: { name: 'shared.PDR' },
      running: status === 'running' ? ['arn'] : [],
      completed: status === 'completed' ? ['arn'] : [],
      granules: Object.entries(event.granules).map(([granuleId, files]) => ({
        granuleId,
        // Each granule's files may be those of others, in the same message or another.
        files: files.map((number) => ({ bucket: 'archive', key: `file-${number}`, size: number })),
      })),
    },
    exception: status === 'failed' ? { Error: 'Broken', Cause: `at ${time}` } : 'None',
  });
  return recordMessage(target, recordsOfMessage(message, { time, redriveCount }));
}

async function tables(): Promise<Record<string, unknown>> {
  const contents = await Promise.all(
    RECORDED.map(async (name) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName(name), ConsistentRead: true }));
      const sorted = Items.map((item) => JSON.stringify(sortedFields(item)));
      return [name, sorted.sort()];
    }),
  );
  return Object.fromEntries(contents);
}

/** The same with the fields of all objects in order, which DynamoDB does not keep. */
function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, field]) => [name, sortedFields(field)]);
}

async function empty(): Promise<void> {
  const keys = {
    ExecutionsTable: ['arn'],
    FilesTable: ['bucket', 'key'],
    GranulesTable: ['granuleId'],
    PdrsTable: ['pdrName'],
  };
  for (const name of RECORDED) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName(name), ConsistentRead: true }));
    const keysOf = Items.map((item) => Object.fromEntries(keys[name].map((key) => [key, item[key]?.S])));
    await deleteItems({ client, table: tableName(name) }, keysOf);
  }
}

/** The events of one to three workflows about the same few granules, in the order in which they happened. */
const events = fc
  .array(
    fc.record({
      start: fc.integer({ min: 1000, max: 1002 }),
      ends: fc.array(fc.constantFrom('completed' as const, 'failed' as const), { minLength: 1, maxLength: 2 }),
      runs: fc.array(
        fc.dictionary(
          fc.constantFrom('granule-a', 'granule-b'),
          fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
        ),
        { minLength: 3, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((workflows) =>
    workflows.flatMap(({ start, ends, runs }, workflow) =>
      ends.flatMap((end, redriveCount): Event[] => {
        const common = { workflow, start, redriveCount };
        const time = start + 10 * redriveCount;
        // A redriven execution runs on with the input that it was started with.
        return [
          { ...common, status: 'running', time: time + 1, granules: runs[0] ?? {} },
          { ...common, status: end, time: time + 5, granules: runs[redriveCount + 1] ?? {} },
        ];
      }),
    ),
  );

onDynamoDBLocal('events in any order, any number of times', () => {
  let created: readonly string[] = [];
  beforeAll(async () => {
    created = await createTables(client, prefix);
  }, 60_000);
  beforeEach(empty);
  afterAll(async () => {
    for (const table of created) await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
  });

  test('the tables end as they do when each event comes once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        events.chain((inOrder) =>
          fc.record({
            inOrder: fc.constant(inOrder),
            // Every event at least once, in any order, some again.
            told: fc
              .array(fc.nat({ max: inOrder.length - 1 }), { maxLength: 6 })
              .map((again) => [...inOrder, ...again.map((index) => inOrder[index] as Event)])
              .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
            atOnce: fc.boolean(),
          }),
        ),
        async ({ inOrder, told, atOnce }) => {
          await empty();
          for (const event of inOrder) await tell(event);
          const expected = await tables();
          await empty();
          if (atOnce) await Promise.all(told.map(tell));
          else for (const event of told) await tell(event);
          expect(await tables()).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
  }, 300_000);
});
