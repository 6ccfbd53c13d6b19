import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ArchiveOfFiles } from './archive-of-files.ts';
import { type PlayedAnswer, PlayedServer } from './played-server.ts';

/** Items of a page of a scan: about 1 MB of them. */
const PAGE = { files: 3_000, granules: 900 } as const;

/** A number without a common divisor with that of most archives: granules come in no order. */
const STEP = 7_919;

interface Scan {
  readonly TableName: string;
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly ExclusiveStartKey?: object;
}

/** The requests to a table, as far as `reconcile` asks it where nothing differs. */
interface PlayedTable {
  readonly keys: readonly string[];
  readonly count: number;
  readonly page: number;
  readonly bytes: number;
  readonly item: (number: number) => object;
}

/**
 * Plays S3 and DynamoDB for one archive, in their documented forms: ListObjectsV2, DescribeTable and Scan by segments
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html). DynamoDB Local takes minutes for what the command does
 * in seconds, and moto keeps all objects as Python's.
 */
export class ArchiveServer {
  readonly #archive: ArchiveOfFiles;
  readonly server: PlayedServer;
  /** Where the page after the item of a key begins. */
  readonly #positions = new Map<string, number>();

  constructor(archive: ArchiveOfFiles) {
    this.#archive = archive;
    this.server = new PlayedServer((request) => this.#answer(request));
  }

  async #answer(request: IncomingMessage): Promise<PlayedAnswer> {
    const { method, url = '', headers } = request;
    if (method === 'GET') {
      const token = new URL(url, 'http://localhost').searchParams.get('continuation-token');
      return { type: 'application/xml', body: Buffer.from(this.#archive.listingFrom(Number(token ?? 0))) };
    }
    const body = JSON.parse(await text(request)) as Scan;
    const table = this.#table(body.TableName);
    const [, action] = String(headers['x-amz-target']).split('.');
    const answer = action === 'Scan' ? this.#scan(table, body) : describe(table, body.TableName);
    return { body: Buffer.from(answer) };
  }

  #table(name: string): PlayedTable {
    const archive = this.#archive;
    if (name.endsWith('FilesTable')) {
      const item = (file: number): object => archive.rowOf(file);
      return { keys: ['bucket', 'key'], count: archive.files, page: PAGE.files, bytes: 300, item };
    }
    const item = (number: number): object => archive.granule((number * STEP) % archive.granules);
    return { keys: ['granuleId'], count: archive.granules, page: PAGE.granules, bytes: 1_000, item };
  }

  #scan(
    { keys, count, page, item }: PlayedTable,
    { TableName, Segment, TotalSegments, ExclusiveStartKey }: Scan,
  ): string {
    const begin = Math.floor((count * Segment) / TotalSegments);
    const end = Math.floor((count * (Segment + 1)) / TotalSegments);
    const keyText = (key: object): string => JSON.stringify([TableName, Segment, Object.entries(key).sort()]);
    const start = ExclusiveStartKey === undefined ? begin : (this.#positions.get(keyText(ExclusiveStartKey)) ?? end);
    const items: object[] = [];
    for (let number = start; number < Math.min(start + page, end); number += 1) items.push(item(number));
    const next = start + items.length;
    let last: string | undefined;
    if (next < end) {
      const key = Object.fromEntries(Object.entries(items.at(-1) ?? {}).filter(([name]) => keys.includes(name)));
      this.#positions.set(keyText(key), next);
      last = JSON.stringify(key);
    }
    const rest = last === undefined ? '' : `,"LastEvaluatedKey":${last}`;
    return `{"Count":${items.length},"Items":${JSON.stringify(items)},"ScannedCount":${items.length}${rest}}`;
  }
}

function describe({ keys, count, bytes }: PlayedTable, TableName: string): string {
  return JSON.stringify({
    Table: {
      ...{ TableName, TableStatus: 'ACTIVE', CreationDateTime: 1_600_000_000, ItemCount: count },
      ...{ TableSizeBytes: count * bytes, TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}` },
      ...{ TableId: TableName, BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } },
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    },
  });
}
