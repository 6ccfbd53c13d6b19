import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { createTable, ownTables, stringKeyed } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CumulusMessage, parseMessage, withExecutionState } from '../../src/messages/cumulus-message.ts';
import { InvalidMessageError } from '../../src/messages/errors.ts';
import { followMessage } from '../../src/messages/large-message.ts';
import { type MessageRecords, recordsOfMessage } from '../../src/messages/message-records.ts';
import { executionSchema } from '../../src/schemas/execution.ts';
import { fileSchema } from '../../src/schemas/file.ts';
import { granuleSchema } from '../../src/schemas/granule.ts';
import { pdrSchema } from '../../src/schemas/pdr.ts';
import { MAX_ITEM_BYTES, storedSize } from '../../src/schemas/storage-limits.ts';

/** How many messages are made up for each property. */
const RUNS = sizeOf({ usual: 150, whole: 500 });

const json = fc.jsonValue({ maxDepth: 4 });

/** The value, or now and then anything, or nothing. */
function mostly<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: value, weight: 8 }, json, fc.constant(undefined), fc.constant(''));
}

const id = fc.oneof(fc.constantFrom('a', 'b', 'ü'), fc.string({ minLength: 1, maxLength: 8 }));

const file = fc.record(
  {
    bucket: mostly(id),
    key: mostly(id),
    filename: mostly(id.map((name) => `s3://bucket/${name}`)),
    name: mostly(id),
    path: mostly(id),
    size: mostly(fc.nat()),
    checksum: mostly(fc.nat()),
    source: mostly(id.map((name) => `s3://bucket/${name}`)),
  },
  { requiredKeys: [] },
);

const granule = fc.record(
  {
    granuleId: mostly(id),
    files: mostly(fc.array(mostly(file), { maxLength: 4 })),
    published: mostly(fc.boolean()),
    sync_granule_duration: mostly(fc.nat()),
  },
  { requiredKeys: ['granuleId'] },
);

const payload = fc.record(
  {
    granules: mostly(fc.array(mostly(granule), { maxLength: 5 })),
    pdr: mostly(fc.record({ name: mostly(id) })),
    running: mostly(fc.array(json)),
    completed: mostly(fc.array(json)),
    other: fc.anything({ withDate: true, withBigInt: true, withMap: true, withNullPrototype: true }),
  },
  { requiredKeys: [] },
);

/** Messages of which most are valid, with damage anywhere. */
const message = fc.record({
  cumulus_meta: fc.record({
    execution_name: fc.constantFrom('run1', 'run2'),
    state_machine: fc.constant('arn:aws:states:us-east-1:123456789012:stateMachine:Ingest'),
    workflow_start_time: fc.nat(),
    workflow_stop_time: fc.option(fc.nat()),
    parentExecutionArn: fc.option(fc.string()),
  }),
  meta: fc.record({
    status: fc.constantFrom('running', 'completed', 'failed'),
    workflow_name: fc.option(fc.string()),
    workflow_tasks: fc.option(fc.dictionary(fc.string(), json)),
    collection: fc.option(fc.record({ name: id, version: fc.option(id) })),
    provider: fc.option(fc.record({ id: fc.option(id), protocol: fc.constant('http'), host: fc.string() })),
    pdr: fc.option(fc.record({ name: fc.string() })),
  }),
  payload: mostly(payload),
  exception: fc.oneof(fc.constant('None'), fc.anything()),
});

function allRecords({ execution, granules, pdr, files }: MessageRecords): readonly object[] {
  return [execution, ...granules, ...(pdr ? [pdr] : []), ...files];
}

function isRecordable(value: unknown): value is CumulusMessage {
  try {
    parseMessage(value);
    return true;
  } catch (error) {
    if (error instanceof InvalidMessageError) return false;
    throw error;
  }
}

describe('for every message', () => {
  test('the records fit their schemas, DynamoDB, and its indexes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat({ max: 2 }), (value, time, redriveCount) => {
        const records = recordsOfMessage(parseMessage(value), { time, redriveCount });
        executionSchema.parse(records.execution);
        if (records.pdr) pdrSchema.parse(records.pdr);
        for (const record of records.granules) granuleSchema.parse(record);
        for (const record of records.files) fileSchema.parse(record);
        for (const record of allRecords(records)) {
          // Refuses what is undefined, and numbers that are no longer exact.
          marshall(record);
          expect(storedSize(record)).toBeLessThanOrEqual(MAX_ITEM_BYTES);
          for (const attribute of Object.values(record)) expect([null, '']).not.toContain(attribute);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('each granule is recorded or reported, in order, and no key comes twice', () => {
    fc.assert(
      fc.property(fc.array(mostly(granule), { maxLength: 8 }), message, (granules, value) => {
        const records = recordsOfMessage(parseMessage({ ...value, payload: { granules } }), { time: 1 });
        const reported = records.problems.filter(({ record }) => record === 'granule').map(({ index }) => index);
        const recorded = granules.map((_, index) => index).filter((index) => !reported.includes(index));
        const idsOf = recorded.map((index) => (granules[index] as { granuleId: string }).granuleId);
        expect(records.granules.map(({ granuleId }) => granuleId)).toEqual(idsOf);
        expect(new Set(idsOf).size).toBe(idsOf.length);
        const places = records.files.map(({ bucket, key }) => JSON.stringify([bucket, key]));
        expect(new Set(places).size).toBe(places.length);
        for (const { granuleId } of records.files) expect(idsOf).toContain(granuleId);
      }),
      { numRuns: RUNS },
    );
  });

  test('the same message and event give the same records, and leave the message as it was', () => {
    fc.assert(
      fc.property(message, (value) => {
        const before = fc.stringify(value);
        const first = recordsOfMessage(parseMessage(value), { time: 1 });
        expect(recordsOfMessage(parseMessage(value), { time: 1 })).toEqual(first);
        expect(fc.stringify(value)).toBe(before);
      }),
    );
  });

  test('whatever is given instead of a message is refused with InvalidMessageError, or can be recorded', async () => {
    const anyMessage = fc.oneof(fc.anything(), fc.record({ cumulus_meta: json, meta: json, replace: json }));
    await fc.assert(
      fc.asyncProperty(anyMessage, json, async (value, remote) => {
        if (isRecordable(value)) recordsOfMessage(value, { time: 1 });
        for (const attempt of [
          () => withExecutionState(value, { status: 'failed', startTime: 1, exception: remote }),
          () => followMessage(value, async () => JSON.stringify(remote)),
        ]) {
          const thrown = await Promise.resolve()
            .then(attempt)
            .then(
              () => undefined,
              (error: unknown) => error,
            );
          if (thrown !== undefined) expect(thrown).toBeInstanceOf(InvalidMessageError);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

onDynamoDBLocal('DynamoDB', () => {
  const client = createClient();
  const TableName = ownTables().name('ExecutionsTable');

  beforeAll(() => createTable(stringKeyed(TableName, ['arn'])));
  afterAll(() => client.destroy());

  const valid = {
    cumulus_meta: {
      execution_name: 'run1',
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: 1,
    },
    meta: { status: 'completed' },
  };

  function nested(depth: number, inner: unknown): unknown {
    return depth === 0 ? inner : { a: nested(depth - 1, [inner]) };
  }

  test.each([
    ['deep nesting', nested(100, 1)],
    ['nesting beyond the stack', JSON.parse(`${'{"a":['.repeat(20_000)}${']}'.repeat(20_000)}`)],
    ['numbers beyond its range', { list: [1e300, -1e126, 1e-131, 5e-324, 2 ** 53, 0.1, -0] }],
    ['odd names', { '': 1, 'a.b': { '': '' }, '#n': null, ['x'.repeat(70_000)]: 1 }],
    ['an inner __proto__', JSON.parse('{"a": {"__proto__": {"b": 1}}}')],
    ['text of its largest size', { text: 'é'.repeat((MAX_ITEM_BYTES - 500) / 2) }],
    ['many small parts', { list: Array.from({ length: 18_000 }, (_, number) => number) }],
    ['many empty parts', { list: Array.from({ length: 100_000 }, () => []) }],
  ])('takes the execution of a payload with %s', async (_, inner) => {
    const { execution, problems } = recordsOfMessage(parseMessage({ ...valid, payload: { inner } }), { time: 1 });
    expect(execution).toHaveProperty('finalPayload');
    expect(problems).toEqual([]);
    await client.send(new PutItemCommand({ TableName, Item: marshall(execution) }));
  });
});
