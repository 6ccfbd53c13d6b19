import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { OwnBucket, OwnMoto } from '@cumulus/test-kit';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { putExport } from './export-files.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** How far the latest instant that can be exported lies behind the present. */
const BEHIND = 5 * MINUTE;

/** Partitions of the table, each of which gets a data file. */
const PARTITIONS = 2;

/** What moto answers. It answers what it does not know with an error that is worth another try. */
const PASSED = new Set(['DescribeTable', 'DescribeTimeToLive', 'ListTagsOfResource']);

type Json = Readonly<Record<string, unknown>>;

/** What was done to an item. */
interface JournalEntry {
  readonly key: string;
  /** Undefined for a deletion. */
  readonly item: TypedItem | undefined;
  /** In microseconds since 1970. */
  readonly micros: number;
}

/** An export as DynamoDB keeps it. */
interface KeptExport {
  readonly ExportArn: string;
  readonly TableId: string;
  readonly input: Json;
  status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  more: Json;
}

class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Stands before moto, and plays what moto lacks as AWS documents it: point-in-time recovery with its window, and exports, whose files it makes
 * out of a journal of writes and puts into moto's S3. Its clock is its own. It refuses what AWS refuses:
 *
 * - a time outside of the window of point-in-time recovery, or without it
 * - an incremental export of less than 15 minutes, or of more than 24 hours
 * - a client token that came with other parameters, within eight hours
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
 */
export class ExportFront {
  readonly journal: JournalEntry[] = [];
  /** Requests that were taken, and began an export. */
  readonly started: Json[] = [];
  /** All requests, by their actions. */
  readonly actions: string[] = [];
  /** The present, in milliseconds since 1970. */
  now: number;
  /** Since when the table has point-in-time recovery; undefined while it has none. */
  protectedSince: number | undefined;
  /** The identity of the table; another one after it was recreated. */
  tableId = '0f3c7a52-6f1e-4a5b-9c3d-000000000001';
  /** How exports that are under way end at the next look. */
  outcome: KeptExport['status'] = 'COMPLETED';
  /** What answers a request instead, by its action; it has to call nothing. */
  refuse: ((action: string) => { readonly code: string; readonly message: string } | undefined) | undefined;
  /** Something that happens before an answer. */
  before: ((action: string) => void) | undefined;
  readonly #moto: OwnMoto;
  readonly #bucket: OwnBucket;
  readonly #table: string;
  readonly #server: Server;
  readonly #kept: KeptExport[] = [];

  private constructor(moto: OwnMoto, bucket: OwnBucket, table: string) {
    this.#moto = moto;
    this.#bucket = bucket;
    this.#table = table;
    this.now = Math.floor(Date.now() / HOUR) * HOUR - 48 * HOUR;
    this.protectedSince = this.now - HOUR;
    this.#server = createServer((request, response) => {
      void buffer(request)
        .then((body) => this.#answer(request.headers, body))
        .then(({ status, body }) =>
          response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body),
        )
        .catch((error: Error) => response.writeHead(500).end(error.message));
    });
  }

  static async start(moto: OwnMoto, bucket: OwnBucket, table: string): Promise<ExportFront> {
    const front = new ExportFront(moto, bucket, table);
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

  /** The latest instant that can be exported. */
  get latest(): number {
    return this.now - BEHIND;
  }

  /** The ARN of an export, by its place among all of them. */
  arnOf(index: number): string {
    return this.#kept.at(index)?.ExportArn ?? '';
  }

  put(item: TypedItem, at: number): void {
    this.journal.push({ key: keyOf(item), item, micros: at * 1_000 });
  }

  delete(key: string, at: number): void {
    this.journal.push({ key, item: undefined, micros: at * 1_000 });
  }

  /** The state just before an instant, by key. */
  stateBefore(at: number): Map<string, TypedItem> {
    const state = new Map<string, TypedItem>();
    for (const { key, item, micros } of this.#inOrder()) {
      if (micros >= at * 1_000) break;
      if (item === undefined) state.delete(key);
      else state.set(key, item);
    }
    return state;
  }

  #inOrder(): readonly JournalEntry[] {
    return this.journal.toSorted((a, b) => a.micros - b.micros);
  }

  async #answer(
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): Promise<{ readonly status: number; readonly body: Buffer | string }> {
    const target = String(headers['x-amz-target']);
    const action = target.slice(target.indexOf('.') + 1);
    this.actions.push(action);
    this.before?.(action);
    try {
      const refused = this.refuse?.(action);
      if (refused !== undefined) throw new Refusal(refused.code, refused.message);
      const input = JSON.parse(body.toString('utf8')) as Json;
      const answers: { readonly [action: string]: () => Json | Promise<Json> } = {
        DescribeContinuousBackups: () => this.#describeProtection(),
        ExportTableToPointInTime: () => this.#start(input),
        DescribeExport: () => this.#describe(String(input['ExportArn'])),
        ListExports: () => this.#list(input),
      };
      const answer = answers[action];
      if (answer !== undefined) return { status: 200, body: JSON.stringify(await answer()) };
      if (PASSED.has(action)) return await this.#pass(headers, body, target, action);
      throw new Refusal('UnknownOperationException', `${action} is not played`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const content = { __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.message };
      return { status: 400, body: JSON.stringify(content) };
    }
  }

  async #pass(headers: IncomingHttpHeaders, body: Buffer, target: string, action: string) {
    const passed = ['content-type', 'authorization', 'x-amz-date'].map((name) => [name, String(headers[name])]);
    const response = await fetch(this.#moto.endpoint, {
      method: 'POST',
      headers: { ...Object.fromEntries(passed), 'x-amz-target': target },
      body: new Uint8Array(body),
    });
    const text = await response.text();
    if (action !== 'DescribeTable' || response.status !== 200) return { status: response.status, body: text };
    const { Table } = JSON.parse(text) as { Table: Json };
    return { status: 200, body: JSON.stringify({ Table: { ...Table, TableId: this.tableId } }) };
  }

  #describeProtection(): Json {
    const since = this.protectedSince;
    const recovery =
      since === undefined
        ? { PointInTimeRecoveryStatus: 'DISABLED' }
        : {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: 35,
            EarliestRestorableDateTime: Math.max(since, this.now - 35 * 24 * HOUR) / 1_000,
            LatestRestorableDateTime: this.latest / 1_000,
          };
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: recovery,
      },
    };
  }

  #start(input: Json): Json {
    this.#check(input);
    const { ClientToken, ...asked } = input;
    const same = this.#kept.find((each) => each.input['ClientToken'] === ClientToken);
    if (same !== undefined) {
      const { ClientToken: _, ...before } = same.input;
      if (JSON.stringify(before) === JSON.stringify(asked)) return { ExportDescription: describe(same) };
      throw new Refusal('ExportConflictException', 'There was a conflict with the client token.');
    }
    const number = String(this.#kept.length).padStart(8, '0');
    const ExportArn = `${input['TableArn']}/export/${String(this.now).padStart(14, '0')}-${number}`;
    const kept: KeptExport = { ExportArn, TableId: this.tableId, input, status: 'IN_PROGRESS', more: {} };
    this.started.push(input);
    this.#kept.push(kept);
    return { ExportDescription: describe(kept) };
  }

  #check(input: Json): void {
    const since = this.protectedSince;
    if (since === undefined) {
      throw new Refusal(
        'PointInTimeRecoveryUnavailableException',
        `Point in time recovery is not enabled for table '${this.#table}'`,
      );
    }
    if (!String(input['TableArn']).endsWith(`:table/${this.#table}`)) throw new Refusal('TableNotFoundException', 'no');
    if (input['S3Bucket'] !== this.#bucket.name) throw new Refusal('ValidationException', 'S3NoSuchBucket: no bucket');
    if (input['ExportFormat'] !== 'DYNAMODB_JSON') throw new Refusal('ValidationException', 'ExportFormat');
    const requireInside = (seconds: unknown): number => {
      const time = Number(seconds) * 1_000;
      if (Number.isSafeInteger(time) && time >= since && time <= this.latest) return time;
      throw new Refusal('InvalidExportTimeException', 'The specified ExportTime is outside of the window.');
    };
    const specification = input['IncrementalExportSpecification'] as Json | undefined;
    if (input['ExportType'] === 'FULL_EXPORT') {
      if (specification !== undefined) throw new Refusal('ValidationException', 'IncrementalExportSpecification');
      requireInside(input['ExportTime']);
      return;
    }
    if (input['ExportType'] !== 'INCREMENTAL_EXPORT' || specification === undefined || 'ExportTime' in input) {
      throw new Refusal('ValidationException', 'ExportType');
    }
    if (specification['ExportViewType'] !== 'NEW_AND_OLD_IMAGES') throw new Refusal('ValidationException', 'view');
    const length = requireInside(specification['ExportToTime']) - requireInside(specification['ExportFromTime']);
    if (length < 15 * MINUTE || length > 24 * HOUR) {
      throw new Refusal('ValidationException', 'The export window has to be 15 minutes to 24 hours.');
    }
  }

  async #describe(arn: string): Promise<Json> {
    const kept = this.#kept.find(({ ExportArn }) => ExportArn === arn);
    if (kept === undefined) throw new Refusal('ExportNotFoundException', 'The specified export was not found.');
    if (kept.status === 'IN_PROGRESS' && this.outcome !== 'IN_PROGRESS') {
      if (this.outcome === 'COMPLETED') kept.more = await this.#write(kept);
      else kept.more = { FailureCode: 'S3AccessDenied', FailureMessage: 'Access denied when writing to S3.' };
      kept.status = this.outcome;
    }
    return { ExportDescription: describe(kept) };
  }

  #list({ TableArn, NextToken }: Json): Json {
    const ofTable = this.#kept.filter(({ input }) => input['TableArn'] === TableArn);
    // Small pages, so that there are several.
    const begin = Number(NextToken ?? 0);
    const page = ofTable.slice(begin, begin + 4);
    return {
      ExportSummaries: page.map(({ ExportArn, status, input }) => ({
        ...{ ExportArn, ExportStatus: status, ExportType: input['ExportType'] },
      })),
      ...(begin + 4 < ofTable.length ? { NextToken: String(begin + 4) } : {}),
    };
  }

  async #write({ ExportArn, TableId, input }: KeptExport): Promise<Json> {
    const tableArn = String(input['TableArn']);
    const prefix = String(input['S3Prefix'] ?? '');
    const specification = input['IncrementalExportSpecification'] as Json | undefined;
    const content = { arn: ExportArn, tableArn, tableId: TableId, prefix };
    if (specification === undefined) {
      const at = Number(input['ExportTime']) * 1_000;
      const parts = inPartitions([...this.stateBefore(at)].map(([key, Item]) => [key, { Item }]));
      const ExportManifest = await putExport(this.#bucket, { ...content, at: new Date(at), parts });
      return { ExportManifest, ItemCount: parts.flat().length, BilledSizeBytes: 1_234 };
    }
    const [from, to] = [specification['ExportFromTime'], specification['ExportToTime']].map((s) => Number(s) * 1_000);
    const parts = inPartitions(this.#changesIn(from ?? 0, to ?? 0));
    const window = { from: new Date(from ?? 0), to: new Date(to ?? 0) };
    const ExportManifest = await putExport(this.#bucket, { ...content, window, parts });
    return { ExportManifest, ItemCount: parts.flat().length, BilledSizeBytes: 10_000_000 };
  }

  /** One line for each item that the window has changed. What was inserted and deleted in it has none. */
  #changesIn(from: number, to: number): readonly (readonly [string, object])[] {
    const before = this.stateBefore(from);
    const after = this.stateBefore(to);
    const last = new Map<string, number>();
    for (const { key, micros } of this.#inOrder()) {
      if (micros >= from * 1_000 && micros < to * 1_000) last.set(key, micros);
    }
    return [...last].flatMap(([key, micros]): readonly (readonly [string, object])[] => {
      const [OldImage, NewImage] = [before.get(key), after.get(key)];
      if (OldImage === undefined && NewImage === undefined) return [];
      const Metadata = { WriteTimestampMicros: { N: String(micros) } };
      return [[key, { Metadata, Keys: { granuleId: { S: key } }, OldImage, NewImage }]];
    });
  }
}

export function keyOf(item: TypedItem): string {
  return (item['granuleId'] as { S: string }).S;
}

function describe({ ExportArn, TableId, input, status, more }: KeptExport): Json {
  return { ...input, ExportArn, TableId, ExportStatus: status, ...more };
}

/** Each partition has a data file, if only an empty one. */
function inPartitions(lines: readonly (readonly [string, object])[]): readonly (readonly object[])[] {
  const parts: object[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const [key, line] of lines) parts[(key.charCodeAt(key.length - 1) * 7) % PARTITIONS]?.push(line);
  return parts;
}
