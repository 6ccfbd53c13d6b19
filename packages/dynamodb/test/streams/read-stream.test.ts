import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  type GetRecordsCommand,
  GetShardIteratorCommand,
  LimitExceededException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { createStreamsClient } from '../../src/aws/client.ts';
import { InterruptedError } from '../../src/aws/errors.ts';
import { findStream } from '../../src/streams/find-stream.ts';
import type { StreamPosition } from '../../src/streams/position.ts';
import type { RawRecord } from '../../src/streams/raw-records.ts';
import { readStream } from '../../src/streams/read-stream.ts';
import { GRANULE_SCHEMA, Scratch } from '../scratch.ts';

interface FakeShard {
  readonly id: string;
  readonly parent?: string;
  readonly records: readonly string[];
  readonly open?: boolean;
}

/**
 * A stream with shards that split, end and expire at will, two records a request: DynamoDB Local keeps one shard for
 * hours. `fail` may throw instead of an answer.
 */
function fakeStream(shards: readonly FakeShard[], fail: (command: string) => void = () => {}): DynamoDBStreamsClient {
  const client = new DynamoDBStreamsClient({ region: 'us-east-1' });
  const answer = (command: unknown): unknown => {
    if (command instanceof DescribeStreamCommand) {
      // One shard a page.
      const after = shards.findIndex(({ id }) => id === command.input.ExclusiveStartShardId);
      const shard = shards[after + 1] as FakeShard;
      const ending = shard.open ? {} : { EndingSequenceNumber: '999' };
      const described = { ShardId: shard.id, ParentShardId: shard.parent, SequenceNumberRange: ending };
      const more = after + 2 < shards.length ? { LastEvaluatedShardId: shard.id } : {};
      return { StreamDescription: { Shards: [described], ...more } };
    }
    if (command instanceof GetShardIteratorCommand) {
      fail('GetShardIterator');
      const { ShardId, SequenceNumber } = command.input;
      const { records } = shards.find(({ id }) => id === ShardId) as FakeShard;
      return { ShardIterator: `${ShardId} ${SequenceNumber === undefined ? 0 : records.indexOf(SequenceNumber) + 1}` };
    }
    fail('GetRecords');
    const [id, from] = ((command as GetRecordsCommand).input.ShardIterator as string).split(' ');
    const shard = shards.find((one) => one.id === id) as FakeShard;
    const Records = shard.records
      .slice(Number(from), Number(from) + 2)
      .map((SequenceNumber): _Record => ({ dynamodb: { SequenceNumber } }));
    const next = Number(from) + Records.length;
    return { Records, ...(next < shard.records.length || shard.open ? { NextShardIterator: `${id} ${next}` } : {}) };
  };
  client.send = (async (command: unknown) => answer(command)) as typeof client.send;
  return client;
}

/** Reads a stream until every shard that does not end has been found empty. */
async function readAll(
  streams: DynamoDBStreamsClient,
  positions: Readonly<Record<string, StreamPosition>> = {},
  more: Partial<Parameters<typeof readStream>[0]> = {},
): Promise<{ readonly read: readonly string[]; readonly trimmed: readonly string[] }> {
  const read: string[] = [];
  const trimmed: string[] = [];
  await readStream({
    ...{ streams, streamArn: 'arn', pollInterval: 1 },
    positionOf: async ({ id }) => positions[id] ?? 'start',
    onTrimmed: async ({ id }) => void trimmed.push(id),
    take: async ({ shard, records, position }) => {
      read.push(...records.map(({ dynamodb }) => `${shard.id} ${dynamodb?.SequenceNumber}`));
      return records.length > 0 || position === 'end';
    },
    ...more,
  });
  return { read, trimmed };
}

const TREE: readonly FakeShard[] = [
  { id: 'child', parent: 'parent', records: ['8', '9', '10'] },
  { id: 'parent', parent: 'trimmed', records: ['1', '2', '3', '4', '5'] },
  { id: 'grandchild', parent: 'child', records: ['20'], open: true },
];
const ALL = [
  ...['1', '2', '3', '4', '5'].map((number) => `parent ${number}`),
  ...['8', '9', '10'].map((number) => `child ${number}`),
  'grandchild 20',
];
const $metadata = {};

test('reads a shard after its parent', async () => {
  expect(await readAll(fakeStream(TREE))).toEqual({ read: ALL, trimmed: [] });
});

test('goes on after the records that were read', async () => {
  const { read } = await readAll(fakeStream(TREE), { parent: 'end', child: '9' });
  expect(read).toEqual(['child 10', 'grandchild 20']);
});

test('asks for another iterator where one has expired, and outlasts throttling', async () => {
  let requests = 0;
  const streams = fakeStream(TREE, () => {
    requests += 1;
    if (requests % 3 === 0) throw new ExpiredIteratorException({ $metadata, message: 'expired' });
    if (requests % 5 === 0) throw new LimitExceededException({ $metadata, message: 'throttled' });
  });
  const { read } = await readAll(streams);
  expect(read).toEqual(ALL);
});

test('reports that records were trimmed, and reads what is left', async () => {
  let isTrimmed = true;
  const streams = fakeStream(TREE, () => {
    if (!isTrimmed) return;
    isTrimmed = false;
    throw new TrimmedDataAccessException({ $metadata, message: 'trimmed' });
  });
  expect(await readAll(streams)).toEqual({ read: ALL, trimmed: ['parent'] });
});

test('leaves a shard that another reader has, and asks for it again', async () => {
  const controller = new AbortController();
  const asked: string[] = [];
  const read: string[] = [];
  const reading = readStream({
    ...{ streams: fakeStream(TREE), streamArn: 'arn', pollInterval: 1, refreshInterval: 5, endless: true },
    abortSignal: controller.signal,
    // The other reader has read the parent to its end when it is asked for the third time.
    positionOf: async ({ id }) => {
      asked.push(id);
      return id !== 'parent' ? 'start' : asked.length < 3 ? undefined : 'end';
    },
    onTrimmed: async () => {},
    take: async ({ shard, records }) => {
      read.push(...records.map(({ dynamodb }) => `${shard.id} ${dynamodb?.SequenceNumber}`));
      if (read.length === 4) controller.abort();
      return true;
    },
  });
  await expect(reading).rejects.toThrow(InterruptedError);
  expect(asked).toEqual(['parent', 'parent', 'parent', 'child', 'grandchild']);
  expect(read).toEqual(ALL.slice(5));
});

test('reports which shards there are before it reads them', async () => {
  const reported: (readonly string[])[] = [];
  const onShards = async (shards: readonly { readonly id: string }[]): Promise<void> => {
    reported.push(shards.map(({ id }) => id));
  };
  await readAll(fakeStream(TREE), {}, { onShards });
  expect(reported[0]).toEqual(['child', 'parent', 'grandchild']);
});

test('throws what the taker throws', async () => {
  const take = async (): Promise<boolean> => {
    throw new TypeError('no');
  };
  await expect(readAll(fakeStream(TREE), {}, { take })).rejects.toThrow(TypeError);
});

test('waits for more until it is aborted', async () => {
  const controller = new AbortController();
  const reading = readAll(fakeStream(TREE), {}, { endless: true, abortSignal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(reading).rejects.toThrow(InterruptedError);
});

onDynamoDBLocal("a table's stream", () => {
  const scratch = new Scratch();

  test('has all changes, with their images', async () => {
    const table = await scratch.table([], { ...GRANULE_SCHEMA, stream: 'NEW_AND_OLD_IMAGES' });
    const { client } = scratch;
    const item = (status: string) => ({ granuleId: { S: 'a' }, status: { S: status } });
    await client.send(new PutItemCommand({ TableName: table, Item: item('running') }));
    await client.send(new PutItemCommand({ TableName: table, Item: item('completed') }));
    await client.send(new DeleteItemCommand({ TableName: table, Key: { granuleId: { S: 'a' } } }));
    const stream = await findStream(client, table);
    const streams = createStreamsClient();
    const images: unknown[] = [];
    await readStream({
      ...{ streams, streamArn: stream?.arn ?? '', pollInterval: 20 },
      positionOf: async () => 'start',
      onTrimmed: async () => {},
      take: async ({ records }) => {
        images.push(...records.map(({ dynamodb }) => [dynamodb?.OldImage, dynamodb?.NewImage]));
        return images.length < 3;
      },
    });
    streams.destroy();
    expect(images).toEqual([
      [undefined, item('running')],
      [item('running'), item('completed')],
      [item('completed'), undefined],
    ]);
  });

  test('has each change as DynamoDB wrote it, where that is asked for', async () => {
    const table = await scratch.table([], { ...GRANULE_SCHEMA, stream: 'NEW_AND_OLD_IMAGES' });
    const item = {
      granuleId: { S: 'a' },
      number: { N: '12345678901234567890123456789012345678' },
      bytes: { B: Buffer.from([0, 255]) },
      nested: { M: { more: { L: [{ N: '0.1' }, { BS: [Buffer.from([7])] }] } } },
      empty: { M: {} },
      emptyWithin: { M: { map: { M: {} }, list: { L: [{ M: {} }, { L: [] }] } } },
    };
    await scratch.client.send(new PutItemCommand({ TableName: table, Item: item }));
    await scratch.client.send(new DeleteItemCommand({ TableName: table, Key: { granuleId: { S: 'a' } } }));
    const stream = await findStream(scratch.client, table);
    const streams = createStreamsClient();
    const records: RawRecord[] = [];
    await readStream({
      ...{ streams, streamArn: stream?.arn ?? '', pollInterval: 20, raw: true },
      positionOf: async () => 'start',
      onTrimmed: async () => {},
      take: async (batch) => {
        records.push(...batch.records);
        return records.length < 2;
      },
    });
    streams.destroy();
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'REMOVE']);
    expect(records[0]?.dynamodb.NewImage).toEqual({
      granuleId: { S: 'a' },
      number: { N: '12345678901234567890123456789012345678' },
      bytes: { B: 'AP8=' },
      nested: { M: { more: { L: [{ N: '0.1' }, { BS: ['Bw=='] }] } } },
      // DynamoDB Local writes {} here.
      empty: { M: {} },
      emptyWithin: { M: { map: { M: {} }, list: { L: [{ M: {} }, { L: [] }] } } },
    });
    expect(records[1]?.dynamodb).toMatchObject({ Keys: { granuleId: { S: 'a' } } });
    expect(Math.abs((records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('is none where the table has none', async () => {
    expect(await findStream(scratch.client, await scratch.table())).toBeUndefined();
  });
});
