import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SerialQueue } from '../../src/aws/serial-queue.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import type { RawRecord } from '../../src/streams/raw-records.ts';

/** What was done to an item, in the order in which DynamoDB did it. */
export interface JournalEntry {
  readonly key: string;
  /** Undefined for a deletion. */
  readonly item: TypedItem | undefined;
  /** Seconds since 1970. */
  readonly time: number;
}

interface FrontShard {
  readonly id: string;
  readonly parent: string | undefined;
  readonly records: RawRecord[];
  /** How many of its first records are gone. */
  trimmed: number;
  isClosed: boolean;
  isGone: boolean;
}

interface WaitingRecord {
  readonly record: RawRecord;
  /** Its place in the journal. */
  readonly number: number;
  /** How long after it was written it is in the stream, in milliseconds. */
  readonly delay: number;
}

export interface FrontOptions {
  /** Chance of each fault per request, from 0 to 1. */
  readonly faults?: number;
  /** How long a change takes into the stream at most, in milliseconds. */
  readonly maxDelay?: number;
  /** Each change of this number, such as each tenth, comes later than any margin of the tests; none unless given. */
  readonly lateEvery?: number;
}

/** How much later late changes come, in milliseconds. */
const LATE_BY = 2_500;

/**
 * Stands before DynamoDB Local, and passes all requests on. Its stream it shows as AWS documents streams, which DynamoDB Local plays in part:
 *
 * - several shards, which split, and end when they do
 * - whole seconds as the times of changes; DynamoDB Local rounds down to minutes
 * - changes that appear after a while, empty answers though there are more, expired iterators, throttling
 * - changes that are given again: an iterator may begin before the place that it was asked for
 * - changes that are trimmed, and shards that are gone
 *
 * It serves one table, whose changes have to be written by {@link put} and {@link delete}, each of which has to change something.
 */
export class StreamFront {
  readonly journal: JournalEntry[] = [];
  /** How many faults were played. */
  faults = 0;
  /** How many changes were given again. */
  repeated = 0;
  /** What every request to the stream is answered by, if it is set. */
  refusal: string | undefined;
  /** By how much its clock is ahead of this machine's, in milliseconds. */
  clockAhead = 0;
  /** How long after the end of its second each change was shown, in milliseconds. */
  readonly delays: number[] = [];
  /** When each change of the journal was written, in milliseconds since 1970. */
  readonly #writtenAt: number[] = [];
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #behind: string;
  readonly #options: Required<FrontOptions>;
  readonly #server: Server;
  readonly #writes = new SerialQueue();
  readonly #reads = new SerialQueue();
  #shards: FrontShard[] = [newShard(1, undefined), newShard(2, undefined)];
  /** The stream that it shows. */
  #arn: string | undefined;
  #iterator: string | undefined;
  /** The sequence number of the last change that it has of DynamoDB Local. */
  #lastDrained: string | undefined;
  #waiting: WaitingRecord[] = [];
  #drained = 0;
  #lastHeaders: IncomingHttpHeaders = {};
  readonly #emptyInARow = new Map<string, number>();

  private constructor(client: DynamoDBClient, table: string, endpoint: string, options: FrontOptions) {
    this.#client = client;
    this.#table = table;
    this.#behind = endpoint;
    this.#options = { faults: 0, maxDelay: 0, lateEvery: Number.POSITIVE_INFINITY, ...options };
    this.#server = createServer((request, response) => {
      void buffer(request)
        .then((body) => this.#answer(request.headers, body))
        .then(({ status, headers, body }) =>
          response.writeHead(status, { date: new Date(this.#now()).toUTCString(), ...headers }).end(body),
        )
        .catch((error: Error) => response.writeHead(500).end(error.message));
    });
  }

  static async start(client: DynamoDBClient, table: string, options: FrontOptions = {}): Promise<StreamFront> {
    const front = new StreamFront(client, table, process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', options);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async put(item: TypedItem): Promise<void> {
    await this.#write(item, item, () =>
      this.#client.send(new PutItemCommand({ TableName: this.#table, Item: toSdkItem(item) })),
    );
  }

  async delete(key: TypedItem): Promise<void> {
    await this.#write(key, undefined, () =>
      this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: key as never })),
    );
  }

  /** The state at a second as the journal has it, by key. */
  stateAt(second: number): ReadonlyMap<string, TypedItem> {
    const state = new Map<string, TypedItem>();
    for (const { key, item, time } of this.journal) {
      if (time > second) continue;
      if (item === undefined) state.delete(key);
      else state.set(key, item);
    }
    return state;
  }

  /** Ends a shard that is open; its keys go to two children, or to one. @returns the id of the shard that has ended */
  async split(children = 2): Promise<string> {
    return this.#writes.run(() =>
      this.#reads.run(async () => {
        const open = this.#shards.filter(({ isClosed }) => !isClosed);
        const parent = open[Math.floor(Math.random() * open.length)] as FrontShard;
        await this.#drain(this.#lastHeaders);
        parent.isClosed = true;
        for (let child = 0; child < children; child += 1) {
          this.#shards.push(newShard(this.#shards.length + 1, parent.id));
        }
        return parent.id;
      }),
    );
  }

  /** Removes all changes so far, as DynamoDB does after 24 hours, and the shards that have ended. */
  async trim(): Promise<void> {
    await this.#reads.run(async () => {
      await this.#drain(this.#lastHeaders);
      for (const shard of this.#shards) {
        shard.trimmed = shard.records.length;
        shard.isGone ||= shard.isClosed;
      }
    });
  }

  /** From now on it shows the stream that the table has now. There is no other one. */
  async showNewStream(): Promise<void> {
    await this.#reads.run(async () => {
      this.#shards = [newShard(1, undefined), newShard(2, undefined)];
      this.#arn = undefined;
      this.#iterator = undefined;
      this.#lastDrained = undefined;
      this.#waiting = [];
      this.#drained = this.journal.length;
    });
  }

  #now(): number {
    return Date.now() + this.clockAhead;
  }

  async #write(keyed: TypedItem, item: TypedItem | undefined, send: () => Promise<unknown>): Promise<void> {
    await this.#writes.run(async () => {
      await send();
      const { S: key = '' } = keyed['granuleId'] as { S?: string };
      this.#writtenAt.push(Date.now());
      this.journal.push({ key, item, time: Math.floor(this.#now() / 1000) });
    });
  }

  async #answer(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const target = String(headers['x-amz-target']);
    const [, action = ''] = target.split('.');
    if (!target.startsWith('DynamoDBStreams')) return this.#pass(headers, body, target);
    this.#lastHeaders = headers;
    if (this.refusal !== undefined) return failure(400, this.refusal);
    const input = JSON.parse(body.toString()) as { readonly [name: string]: string };
    return this.#reads.run(async () => {
      await this.#drain(headers);
      const fault = this.#fault(action);
      if (fault !== undefined) return fault;
      const { StreamArn: arn = this.#arn } = input;
      if (arn !== this.#arn) return failure(400, 'ResourceNotFoundException');
      if (action === 'DescribeStream') return this.#describe(headers, body);
      return action === 'GetShardIterator' ? this.#iteratorOf(input) : this.#recordsOf(input['ShardIterator'] ?? '');
    });
  }

  #fault(action: string): Answer | undefined {
    if (Math.random() >= this.#options.faults) return undefined;
    this.faults += 1;
    if (Math.random() < 0.3) return failure(500, 'InternalServerError');
    if (action === 'GetRecords' && Math.random() < 0.5) return failure(400, 'ExpiredIteratorException');
    return failure(400, action === 'GetShardIterator' ? 'ThrottlingException' : 'LimitExceededException');
  }

  async #describe(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const answer = await this.#pass(headers, body, 'DynamoDBStreams_20120810.DescribeStream');
    const described = JSON.parse(answer.body.toString()) as { StreamDescription: { Shards: unknown[] } };
    const Shards = this.#shards
      .filter(({ isGone }) => !isGone)
      .map(({ id, parent, isClosed }) => ({
        ShardId: id,
        ...(parent === undefined ? {} : { ParentShardId: parent }),
        SequenceNumberRange: { StartingSequenceNumber: '1', ...(isClosed ? { EndingSequenceNumber: '9' } : {}) },
      }));
    return json({ StreamDescription: { ...described.StreamDescription, Shards } });
  }

  #iteratorOf({ ShardId, SequenceNumber, ShardIteratorType }: { readonly [name: string]: string }): Answer {
    const shard = this.#shards.find(({ id }) => id === ShardId);
    if (shard === undefined || shard.isGone) return failure(400, 'ResourceNotFoundException');
    if (ShardIteratorType === 'TRIM_HORIZON') return json({ ShardIterator: `${ShardId} ${shard.trimmed}` });
    const place = shard.records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === SequenceNumber);
    const after = place + 1;
    // A change that is trimmed is no place to begin.
    return after <= shard.trimmed && shard.trimmed > 0
      ? failure(400, 'TrimmedDataAccessException')
      : json({ ShardIterator: `${ShardId} ${after}` });
  }

  #recordsOf(iterator: string): Answer {
    const [id = '', asked] = iterator.split(' ');
    const shard = this.#shards.find((each) => each.id === id);
    if (shard === undefined || shard.isGone) return failure(400, 'ResourceNotFoundException');
    if (Number(asked) < shard.trimmed) return failure(400, 'TrimmedDataAccessException');
    const from = this.#begin(shard, Number(asked));
    const empty = this.#emptyInARow.get(id) ?? 0;
    const isEmpty = empty < 2 && Math.random() < this.#options.faults;
    const limit = isEmpty ? 0 : 1 + Math.floor(Math.random() * 20);
    const Records = shard.records.slice(from, from + limit);
    this.repeated += Math.min(Records.length, Number(asked) - from);
    this.#emptyInARow.set(id, isEmpty ? empty + 1 : 0);
    if (isEmpty) this.faults += 1;
    const next = from + Records.length;
    const isAtEnd = shard.isClosed && next === shard.records.length;
    return json({ Records, ...(isAtEnd ? {} : { NextShardIterator: `${id} ${next}` }) });
  }

  /** Where an answer begins: at times before the place that was asked for. The first time does not depend on chance. */
  #begin({ trimmed }: FrontShard, asked: number): number {
    const { faults } = this.#options;
    const isRepeating = faults > 0 && (this.repeated === 0 || Math.random() < faults);
    return isRepeating ? Math.max(trimmed, asked - 1 - Math.floor(Math.random() * 10)) : asked;
  }

  /** Reads what DynamoDB Local's one shard has, and puts it into the shards that are open now. */
  async #drain(headers: IncomingHttpHeaders): Promise<void> {
    if (headers['authorization'] === undefined) return;
    const ask = async (action: string, input: object): Promise<Record<string, never>> => {
      const { body } = await this.#pass(
        headers,
        Buffer.from(JSON.stringify(input)),
        `DynamoDBStreams_20120810.${action}`,
      );
      return JSON.parse(body.toString()) as Record<string, never>;
    };
    for (;;) {
      this.#iterator ??= await this.#findIterator(ask);
      if (this.#iterator === undefined) return;
      const answer = await ask('GetRecords', { ShardIterator: this.#iterator });
      const { Records, NextShardIterator, __type } = answer as unknown as {
        readonly Records?: RawRecord[];
        readonly NextShardIterator?: string;
        readonly __type?: string;
      };
      // DynamoDB Local forgets the place in a stream without changes while the streams of other tables have some.
      if (__type?.endsWith('TrimmedDataAccessException')) {
        this.#iterator = undefined;
        continue;
      }
      // The table and its stream are gone.
      if (Records === undefined) break;
      this.#iterator = NextShardIterator;
      for (const record of Records) {
        this.#lastDrained = record.dynamodb.SequenceNumber;
        const { maxDelay, lateEvery } = this.#options;
        const isLate = this.#drained % lateEvery === lateEvery - 1;
        const delay = Math.random() * maxDelay + (isLate ? LATE_BY : 0);
        this.#waiting.push({ record, number: this.#drained, delay });
        this.#drained += 1;
      }
      if (Records.length === 0) break;
    }
    this.#show(Date.now());
  }

  /** Where DynamoDB Local's stream goes on; undefined if the table has none. */
  async #findIterator(
    ask: (action: string, input: object) => Promise<Record<string, never>>,
  ): Promise<string | undefined> {
    const { Streams } = (await ask('ListStreams', {})) as unknown as {
      Streams: { StreamArn: string; TableName: string }[];
    };
    const ofTable = Streams.filter(({ TableName }) => TableName === this.#table);
    // Their labels are times.
    const arn = ofTable.map(({ StreamArn }) => StreamArn).reduce((a, b) => (a > b ? a : b), '');
    if (arn === '') return undefined;
    this.#arn = arn;
    const { StreamDescription } = (await ask('DescribeStream', { StreamArn: arn })) as unknown as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    const ShardId = StreamDescription.Shards[0]?.ShardId;
    const from =
      this.#lastDrained === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.#lastDrained };
    const input = { StreamArn: arn, ShardId, ...from };
    const { ShardIterator } = await ask('GetShardIterator', input);
    return ShardIterator;
  }

  /** A change is shown once those before it of its shard are. */
  #show(now: number): void {
    const held = new Set<FrontShard>();
    const left: WaitingRecord[] = [];
    for (const waiting of this.#waiting) {
      const { record, number, delay } = waiting;
      const { S: key = '' } = record.dynamodb.Keys['granuleId'] as { S?: string };
      const shard = this.#shardOf(key);
      const entry = this.journal[number];
      const shownAt = (this.#writtenAt[number] ?? Number.POSITIVE_INFINITY) + delay;
      if (held.has(shard) || shownAt > now || entry === undefined) {
        held.add(shard);
        left.push(waiting);
        continue;
      }
      this.delays.push(Math.max(0, this.#now() - (entry.time + 1) * 1000));
      shard.records.push({ ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: entry.time } });
    }
    this.#waiting = left;
  }

  /** Down the tree, at each split by another bit of the key's hash. */
  #shardOf(key: string): FrontShard {
    let hash = crc32(key);
    let candidates = this.#shards.filter(({ parent }) => parent === undefined);
    for (;;) {
      const shard = candidates[hash % candidates.length] as FrontShard;
      if (!shard.isClosed) return shard;
      hash = Math.floor(hash / 2);
      candidates = this.#shards.filter(({ parent }) => parent === shard.id);
    }
  }

  async #pass(headers: IncomingHttpHeaders, body: Buffer, target: string): Promise<Answer> {
    const response = await fetch(this.#behind, {
      method: 'POST',
      headers: {
        'content-type': String(headers['content-type']),
        authorization: String(headers['authorization']),
        'x-amz-date': String(headers['x-amz-date']),
        'x-amz-target': target,
      },
      body: new Uint8Array(body),
    });
    return {
      status: response.status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Buffer.from(await response.arrayBuffer()),
    };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

function newShard(number: number, parent: string | undefined): FrontShard {
  const id = `shardId-${String(number).padStart(20, '0')}-front`;
  return { id, parent, records: [], trimmed: 0, isClosed: false, isGone: false };
}

function json(content: object, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(content)),
  };
}

function failure(status: number, code: string): Answer {
  return json({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: `${code}, played` }, status);
}

/** An item whose binary attributes are of the first level. */
function toSdkItem(item: TypedItem): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]): [string, AttributeValue] => {
      if ('BS' in value) return [name, { BS: value.BS.map((each) => Buffer.from(each, 'base64')) }];
      return [name, 'B' in value ? { B: Buffer.from(value.B, 'base64') } : (value as AttributeValue)];
    }),
  );
}
