import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { GRANULES } from './granule-batches.ts';
import { type PlayedAnswer, PlayedServer } from './played-server.ts';

/** Records of an answer: about 1 MB of them. */
const PAGE = 450;
const FIRST_NUMBER = 1_000_000_000;
const ID = '#ID#';
const DAY = 86_400;

/** Changes are later than the base, which the archiver makes meanwhile; in seconds. */
const HEAD_START = 3_600;
/** Between the first and the last change of the first shard, in seconds. */
const SPAN = 30 * DAY;
/** From there to the last change, in seconds: what is less than a day before that cannot be pruned. */
const PAUSE = 2 * DAY;

const SHARDS = ['shardId-00000000000000000001-first', 'shardId-00000000000000000002-second'] as const;

interface Asked {
  readonly TableName?: string;
  readonly ShardId?: string;
  readonly SequenceNumber?: string;
  readonly ShardIterator?: string;
}

/**
 * Plays a DynamoDB with one empty table, and a stream of any size, in AWS's documented form. Its records are made as they are read. Each key
 * changes twice. The first shard has ended and has all changes but one, which is in the second. They come from the future, so that none is
 * before the base. DynamoDB Local would keep all of them in its memory.
 */
export class PlayedStream {
  readonly table = 'played-GranulesTable';
  readonly changes: number;
  readonly server: PlayedServer;
  readonly #arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${this.table}`;
  readonly #streamArn = `${this.#arn}/stream/2026-01-01T00:00:00.000`;
  readonly #from = Math.floor(Date.now() / 1000) + HEAD_START;
  /** Granules as JSON, in the two parts around the id. */
  readonly #granules: readonly (readonly [string, string])[];

  constructor(changes: number) {
    this.changes = changes;
    this.#granules = readFileSync(GRANULES, 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const parts = JSON.stringify({ ...JSON.parse(line), granuleId: { S: ID } }).split(ID);
        return [parts[0] ?? '', parts[1] ?? ''];
      });
    this.server = new PlayedServer((request) => this.#answer(request));
  }

  async #answer(request: IncomingMessage): Promise<PlayedAnswer> {
    const [, action] = String(request.headers['x-amz-target']).split('.');
    const answer = ANSWERED[String(action)];
    if (answer === undefined) return UNKNOWN;
    return { body: Buffer.from(answer(this, (await json(request)) as Asked)) };
  }

  describeTable(): string {
    return JSON.stringify({
      Table: {
        ...{ TableName: this.table, TableStatus: 'ACTIVE', CreationDateTime: 1_600_000_000, ItemCount: 0 },
        ...{ TableSizeBytes: 0, TableArn: this.#arn, TableId: this.table },
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'granuleId', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
        ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        ...{ LatestStreamArn: this.#streamArn, LatestStreamLabel: '2026-01-01T00:00:00.000' },
      },
    });
  }

  describeStream(): string {
    const [first, second] = SHARDS;
    const last = String(FIRST_NUMBER + this.changes - 1);
    const range = { StartingSequenceNumber: String(FIRST_NUMBER), EndingSequenceNumber: last };
    const Shards = [
      { ShardId: first, SequenceNumberRange: range },
      { ShardId: second, ParentShardId: first, SequenceNumberRange: { StartingSequenceNumber: last } },
    ];
    const stream = { StreamArn: this.#streamArn, StreamStatus: 'ENABLED', StreamViewType: 'NEW_IMAGE', Shards };
    return JSON.stringify({ StreamDescription: stream });
  }

  /** An iterator is the number of the record that comes next. */
  iterator({ ShardId, SequenceNumber }: Asked): string {
    const begin = ShardId === SHARDS[0] ? 0 : this.changes - 1;
    const next = SequenceNumber === undefined ? begin : Number(SequenceNumber) - FIRST_NUMBER + 1;
    return JSON.stringify({ ShardIterator: `${ShardId}/${next}` });
  }

  records({ ShardIterator = '' }: Asked): string {
    const [shard, number] = ShardIterator.split('/');
    const end = this.changes - (shard === SHARDS[0] ? 1 : 0);
    const first = Number(number);
    const count = Math.max(0, Math.min(PAGE, end - first));
    const records = Array.from({ length: count }, (_, index) => this.#record(first + index));
    const isAtEnd = shard === SHARDS[0] && first + count >= end;
    const next = isAtEnd ? '' : `,"NextShardIterator":"${shard}/${first + count}"`;
    return `{"Records":[${records.join(',')}]${next}}`;
  }

  #record(number: number): string {
    const isLast = number === this.changes - 1;
    const time = this.#from + (isLast ? SPAN + PAUSE : Math.floor((number * SPAN) / this.changes));
    const keys = Math.ceil(this.changes / 2);
    const id = `granule-${number % keys}`;
    const [before, after] = this.#granules[number % this.#granules.length] ?? ['', ''];
    const name = number < keys ? 'INSERT' : 'MODIFY';
    const change = `"ApproximateCreationDateTime":${time},"Keys":{"granuleId":{"S":"${id}"}},"NewImage":${before}${id}${after}`;
    return `{"eventID":"${number}","eventName":"${name}","awsRegion":"us-east-1","dynamodb":{${change},"SequenceNumber":"${FIRST_NUMBER + number}"}}`;
  }
}

const ANSWERED: { readonly [action: string]: (stream: PlayedStream, asked: Asked) => string } = {
  DescribeTable: (stream) => stream.describeTable(),
  DescribeStream: (stream) => stream.describeStream(),
  GetShardIterator: (stream, asked) => stream.iterator(asked),
  GetRecords: (stream, asked) => stream.records(asked),
  Scan: () => '{"Count":0,"Items":[],"ScannedCount":0}',
};

/** As DynamoDB Local answers what it does not know. */
const UNKNOWN: PlayedAnswer = {
  status: 400,
  body: Buffer.from('{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException","message":""}'),
};
