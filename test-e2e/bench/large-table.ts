import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { enterEnvironment } from '@cumulus/local';
import { GRANULES } from './granule-batches.ts';
import { type PlayedAnswer, PlayedServer } from './played-server.ts';

/** Items of a page of a scan: about 1 MB of them. */
const PAGE = 450;
/** Of the numbers in ids. */
const DIGITS = 12;
const ID = '#'.repeat(DIGITS);

interface Key {
  readonly granuleId: { readonly S: string };
}

interface Scan {
  readonly TableName: string;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly ExclusiveStartKey?: Key;
}

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

/**
 * Plays a DynamoDB with one table of any size, `large-GranulesTable`, whose items are made as they are read, and with another that takes what is
 * written and counts it. DynamoDB Local would need an hour and 20 GB of memory for a table of 10 GB, and would be what is measured.
 */
export class LargeTable {
  readonly name = 'large-GranulesTable';
  /** The table that takes what is written. */
  readonly target = 'restored-GranulesTable';
  readonly items: number;
  /** Items that it took. */
  written = 0;
  readonly #page: Buffer;
  readonly #first: string;
  /** Where in the page the number of each item's id begins. */
  readonly #offsets: readonly number[];
  readonly #server: PlayedServer;

  /** @param size how many items the table has, or about how many bytes they have as typed JSON */
  constructor(size: { readonly items: number } | { readonly bytes: number }) {
    const granules = readFileSync(GRANULES, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const items = Array.from({ length: PAGE }, (_, index) =>
      JSON.stringify({ ...granules[index % granules.length], granuleId: { S: ID } }),
    );
    this.#page = Buffer.from(items.join(','));
    this.#first = items[0] ?? '';
    const offsets: number[] = [];
    for (let at = this.#page.indexOf(ID); at >= 0; at = this.#page.indexOf(ID, at + DIGITS)) offsets.push(at);
    if (offsets.length !== PAGE) throw new Error('an item of the fixture has the id elsewhere too');
    this.#offsets = offsets;
    this.items = 'items' in size ? size.items : Math.ceil(size.bytes / (this.#page.length / PAGE));
    this.#server = new PlayedServer((request) => this.#answer(request));
  }

  /** Does something while the commands that are started ask this server rather than the one they asked before. */
  async whileReached(work: () => Promise<void>): Promise<void> {
    const { AWS_ENDPOINT_URL_DYNAMODB: before } = process.env;
    enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: await this.#server.listen() });
    try {
      await work();
    } finally {
      enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: before });
      this.#server.close();
    }
  }

  async #answer(request: IncomingMessage): Promise<PlayedAnswer> {
    const [, action] = String(request.headers['x-amz-target']).split('.');
    if (action === 'BatchWriteItem') {
      const count = countOf(await buffer(request), '"PutRequest"');
      this.written += count;
      const ConsumedCapacity = [{ TableName: this.target, CapacityUnits: count }];
      return { body: Buffer.from(JSON.stringify({ ConsumedCapacity, UnprocessedItems: {} })) };
    }
    if (action === 'BatchGetItem') return { body: this.#get((await json(request)) as BatchGet) };
    if (!ACTIONS.has(String(action))) return UNKNOWN;
    const asked = (await json(request)) as Scan;
    if (action === 'Scan') return { body: asked.TableName === this.name ? this.#scan(asked) : NOTHING };
    const described = { [action === 'CreateTable' ? 'TableDescription' : 'Table']: this.#describe(asked) };
    return { body: Buffer.from(JSON.stringify(described)) };
  }

  #scan({ Segment = 0, TotalSegments = 1, ExclusiveStartKey }: Scan): Buffer {
    const begin = Math.floor((this.items * Segment) / TotalSegments);
    const end = Math.floor((this.items * (Segment + 1)) / TotalSegments);
    const first = ExclusiveStartKey === undefined ? begin : Number(ExclusiveStartKey.granuleId.S) + 1;
    const count = Math.min(PAGE, end - first);
    const page = Buffer.from(
      this.#page.subarray(0, this.#offsets[count] === undefined ? undefined : this.#endOf(count)),
    );
    for (let index = 0; index < count; index += 1) {
      page.write(String(first + index).padStart(DIGITS, '0'), this.#offsets[index] ?? 0, 'latin1');
    }
    const last = `{"granuleId":{"S":"${String(first + count - 1).padStart(DIGITS, '0')}"}}`;
    const rest = first + count < end ? `,"LastEvaluatedKey":${last}` : '';
    return Buffer.concat([
      Buffer.from(`{"Count":${count},"Items":[`),
      page,
      Buffer.from(`],"ScannedCount":${count}${rest}}`),
    ]);
  }

  /** Each item that is asked for as the first of a page; none of the table that takes what is written. */
  #get({ RequestItems }: BatchGet): Buffer {
    const found = Object.entries(RequestItems).map(([table, { Keys }]) => {
      const items = table === this.name ? Keys.map(({ granuleId }) => this.#first.replace(ID, granuleId.S)) : [];
      return `${JSON.stringify(table)}:[${items.join(',')}]`;
    });
    return Buffer.from(`{"Responses":{${found.join(',')}},"UnprocessedKeys":{}}`);
  }

  /** Where the first items of a page end, so many of them. */
  #endOf(count: number): number {
    return this.#page.lastIndexOf('},{', this.#offsets[count]) + 1;
  }

  #describe({ TableName }: { readonly TableName: string }): object {
    const count = TableName === this.name ? this.items : 0;
    return {
      ...{ TableName, TableStatus: 'ACTIVE', CreationDateTime: 1_600_000_000, ItemCount: count },
      TableSizeBytes: Math.round((count * this.#page.length) / PAGE),
      ...{ TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`, TableId: TableName },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: [{ AttributeName: 'granuleId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    };
  }
}

const ACTIONS: ReadonlySet<string> = new Set(['CreateTable', 'DescribeTable', 'Scan']);
/** As DynamoDB Local answers what it does not know. */
const UNKNOWN: PlayedAnswer = {
  status: 400,
  body: Buffer.from('{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException","message":""}'),
};
const NOTHING = Buffer.from('{"Count":0,"Items":[],"ScannedCount":0}');

function countOf(body: Buffer, text: string): number {
  let count = 0;
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) count += 1;
  return count;
}
