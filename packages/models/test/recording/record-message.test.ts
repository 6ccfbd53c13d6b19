import { type BatchGetItemCommandInput, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { type MessageRecords, recordsOfMessage } from '../../src/messages/message-records.ts';
import { recordMessage } from '../../src/recording/record-message.ts';
import { Deployment } from '../models/deployment.ts';

/** The records of a workflow with granules of a file each, and perhaps with a PDR. */
function recordsOf(
  name: string,
  status: 'running' | 'completed',
  granuleIds: readonly string[],
  pdr?: string,
): MessageRecords {
  const message = parseMessage({
    cumulus_meta: {
      execution_name: name,
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: 1_000,
    },
    meta: {
      status,
      workflow_name: 'Ingest',
      collection: { name: 'MOD09GQ', version: '006' },
      provider: { id: 'podaac', protocol: 's3', host: 'bucket' },
    },
    payload: {
      ...(pdr === undefined ? {} : { pdr: { name: pdr } }),
      granules: granuleIds.map((granuleId) => ({ granuleId, files: [{ bucket: 'archive', key: `${granuleId}.hdf` }] })),
    },
  });
  return recordsOfMessage(message, { time: status === 'running' ? 2_000 : 3_000 });
}

onDynamoDBLocal('a message', () => {
  const deployment = new Deployment({ tables: ['ExecutionsTable', 'FilesTable', 'GranulesTable', 'PdrsTable'] });
  const tableName = (name: string): string => `${deployment.prefix}-${name}`;
  const client = createClient({ retryPolicy: { maxAttempts: 1, retryTimeout: 0, initialDelay: 1 } });
  const target = { client, tableName };
  let sent: string[] = [];
  /** The table whose items cannot be read. */
  let throttled: string | undefined;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        sent.push(commandName.replace(/Command$/, ''));
        const { RequestItems = {} } = args.input as BatchGetItemCommandInput;
        const keysOfThrottled = throttled === undefined ? undefined : RequestItems[tableName(throttled)];
        if (throttled === undefined || keysOfThrottled === undefined) return next(args);
        const { [tableName(throttled)]: _, ...others } = RequestItems;
        if (Object.keys(others).length === 0)
          throw new ProvisionedThroughputExceededException({ message: 'as the test needs', $metadata: {} });
        const result = await next({ ...args, input: { ...args.input, RequestItems: others } });
        const output = { ...result.output, UnprocessedKeys: { [tableName(throttled)]: keysOfThrottled } };
        return { ...result, output };
      },
    { step: 'initialize' },
  );
  beforeEach(() => {
    sent = [];
    throttled = undefined;
  });
  afterAll(() => client.destroy());

  const requests = () => [...sent].sort();

  test('takes one read for all of its records', async () => {
    await recordMessage(target, recordsOf('with a PDR', 'running', ['g1', 'g2'], 'p1'));
    expect(requests()).toEqual(['BatchGetItem', 'TransactWriteItems', 'UpdateItem', 'UpdateItem']);
  });

  test('without granules takes a read and a write', async () => {
    await recordMessage(target, recordsOf('without granules', 'running', []));
    expect(requests()).toEqual(['BatchGetItem', 'UpdateItem']);
  });

  test('shares the read with others that are recorded at once', async () => {
    const numbers = Array.from({ length: 10 }, (_, number) => number);
    const records = numbers.map((number) => recordsOf(`one of ten ${number}`, 'running', [`g${number}`]));
    await Promise.all(records.map((each) => recordMessage(target, each)));
    expect(sent.filter((action) => action === 'BatchGetItem')).toHaveLength(1);
    expect(await deployment.items('GranulesTable')).toHaveLength(10);
  });

  test('ends the same if its events are recorded at once', async () => {
    const events = (['running', 'completed'] as const).map((status) => recordsOf('at once', status, ['g1'], 'p1'));
    await Promise.all([...events, ...events].map((each) => recordMessage(target, each)));
    for (const name of ['ExecutionsTable', 'GranulesTable', 'PdrsTable'] as const) {
      expect(await deployment.items(name)).toEqual([
        expect.objectContaining({ status: 'completed', timestamp: 3_000 }),
      ]);
    }
  });

  test.each(['ExecutionsTable', 'GranulesTable', 'PdrsTable'] as const)(
    'fails if %s cannot be read, but all else is recorded',
    async (name) => {
      const records = recordsOf('throttled', 'completed', ['g1', 'g2'], 'p1');
      throttled = name;
      await expect(recordMessage(target, records)).rejects.toMatchObject({ code: 'THROTTLED' });
      const counts = { ExecutionsTable: 1, GranulesTable: 2, PdrsTable: 1 };
      for (const [table, count] of Object.entries({ ...counts, [name]: 0 })) {
        expect(await deployment.items(table as keyof typeof counts)).toHaveLength(count);
      }
      throttled = undefined;
      await recordMessage(target, records);
      for (const [table, count] of Object.entries(counts)) {
        expect(await deployment.items(table as keyof typeof counts)).toHaveLength(count);
      }
    },
  );
});
