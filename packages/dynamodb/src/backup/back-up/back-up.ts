import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { inTurn } from '../../aws/in-turn.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { defaultSegments, type SegmentPage, type SegmentPosition, scanSegments } from '../../items/scan-segments.ts';
import { ResumeMismatchError } from '../../storage/errors.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { NewFile } from '../../storage/storage.ts';
import { describeTable, type TableDescription } from '../../tables/describe.ts';
import { TableReplacedError } from '../../tables/errors.ts';
import { describeFully, type FullDescription } from '../../tables/full-description.ts';
import { laterSettings, namedSettings, type UnknownSetting } from '../../tables/named-settings.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import { SOFTWARE } from '../../version.ts';
import { StoppedError } from '../errors.ts';
import {
  type BackupManifest,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type ScanTime,
  scanTimeOf,
} from '../format/manifest.ts';
import { countPointers } from '../format/s3-pointers.ts';
import type { BackupState } from '../store/backup-checkpoint.ts';
import { BackupStore } from '../store/backup-store.ts';
import { Checkpoints } from '../store/periodic-save.ts';
import type { DiscardedPartial } from '../store/too-old.ts';
import { findInterrupted, type Interrupted } from './find-interrupted.ts';
import { type Replaced, replaceBackup } from './replace-backup.ts';

const gzip = promisify(gzipCallback);

export interface BackUpOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Where the backup's files go: a directory, which is made if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  /** How to ask S3, if they go there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** How many segments the scan is cut into; by the table's size unless given. */
  readonly segments?: number | undefined;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** Compress the data file. */
  readonly gzip?: boolean | undefined;
  /** Strongly consistent reads, at twice the cost. A scan is never one instant's picture all the same. */
  readonly consistent?: boolean | undefined;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  /**
   * Go on where an interrupted backup of the same table into the same file stopped; where there is none, or one that was
   * begun too long ago, begin. In S3 there never is one.
   */
  readonly resume?: boolean | undefined;
  /**
   * How long ago an interrupted backup may have been begun to be continued, in milliseconds; 24 hours unless given. What
   * it had read first is as old as that, and would be in one file with what is read now.
   */
  readonly resumeWithin?: number | undefined;
  /** How many earlier backups stay; 1 unless given. */
  readonly keep?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Gets what a person should know although the backup goes on. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** A backup that was completed. */
export interface BackUpResult extends Replaced {
  readonly table: string;
  readonly file: string;
  readonly manifest: string;
  /** Items written, counted. */
  readonly items: number;
  /** How often items point to an object in S3, which the backup does not hold: see `pointersOfBackup`. */
  readonly pointersToS3: number;
  /** Bytes of the data file. */
  readonly bytes: number;
  readonly sha256: string;
  readonly seconds: number;
  readonly segments: number;
  /** Whether an interrupted run was continued. */
  readonly resumed: boolean;
  /** Over which time its items were read; each is as it was at some moment in it. */
  readonly scan: ScanTime;
  /** The interrupted backup that was not continued, though that was asked for, since it was begun too long ago. */
  readonly discarded?: DiscardedPartial;
  /** The settings of the table that could not be learnt, and so are not in the manifest. */
  readonly settingsNotKnown: readonly UnknownSetting[];
}

/**
 * Backs a table up to `<directory>/<table>.json` (or `.json.gz`), one item a line in typed DynamoDB JSON, with a
 * manifest beside it. The file takes its name only when it is complete, counted and flushed to disk; until then, and
 * after any failure, the backup that was there is as it was.
 *
 * @throws TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError, FileError, StorageError,
 *   LeaseHeldError, ResumeMismatchError, TableReplacedError, InterruptedError
 */
export async function backUpTable(options: BackUpOptions): Promise<BackUpResult> {
  const { client, table, abortSignal, keep = 1 } = options;
  const startedAt = performance.now();
  const description = await describeTable(client, table, abortSignal);
  const store = await BackupStore.open(options, description);
  try {
    await store.enter();
    const full = describeFully(client, description, { abortSignal });
    // Waited for after the scan; until then its failure is nobody's.
    full.catch(() => undefined);
    const { discarded, ...scan } = await scanToPartial(options, description, store);
    const said = await full;
    const manifest = await describeBackup(options, description, said, scan);
    const replaced = await replaceBackup(store, manifest, { keep, estimatedItems: description.estimatedItems });
    return {
      table,
      file: store.data,
      manifest: store.manifest,
      items: manifest.items,
      pointersToS3: manifest.pointersToS3 ?? 0,
      bytes: manifest.file.bytes,
      sha256: manifest.file.sha256,
      seconds: (performance.now() - startedAt) / 1000,
      segments: manifest.scan.segments,
      resumed: manifest.scan.resumed > 0,
      scan: scanTimeOf(manifest),
      ...(discarded === undefined ? {} : { discarded }),
      settingsNotKnown: namedSettings(said).unknown,
      ...replaced,
    };
  } finally {
    await store.leave();
  }
}

/** Scans the table into the partial, to its end. */
async function scanToPartial(
  options: BackUpOptions,
  description: TableDescription,
  store: BackupStore,
): Promise<BackupState & { readonly discarded?: DiscardedPartial | undefined }> {
  const { client, table, abortSignal, onProgress, maxReadUnits } = options;
  const newPositions = Array<SegmentPosition>(options.segments ?? defaultSegments(description.estimatedBytes)).fill(
    'start',
  );
  const { interrupted, discarded, partial } = await openPartial(options, description, store);
  const begin: Omit<BackupState, 'bytes' | 'sha256'> =
    interrupted === undefined
      ? { startedAt: new Date().toISOString(), resumed: 0, items: 0, positions: newPositions }
      : { ...interrupted, resumed: interrupted.resumed + 1 };
  const positions = [...begin.positions];
  const expected = description.estimatedItems - begin.items;
  let { items, pointersToS3 = 0 } = begin;

  const state = (): BackupState => ({
    ...begin,
    items,
    ...(pointersToS3 > 0 ? { pointersToS3 } : {}),
    bytes: partial.bytes,
    sha256: partial.sha256,
    positions: [...positions],
  });
  const checkpoints = new Checkpoints<BackupState>(async (saved) => {
    await partial.flush();
    await store.saveCheckpoint({
      ...saved,
      tableArn: description.arn,
      tableId: description.id,
      consistentRead: options.consistent ?? false,
    });
  });
  // A page and its segment's new position count in one turn: no checkpoint comes between them.
  const append = inTurn<AppendedPage>(async ({ page, bytes, pointers }) => {
    await partial.append(bytes);
    items += page.count;
    pointersToS3 += pointers;
    positions[page.segment] = page.next;
    checkpoints.offer(state);
  });
  try {
    await scanSegments({
      client,
      table,
      positions: begin.positions,
      concurrency: options.concurrency,
      consistent: options.consistent,
      expected: { items: expected, key: description.schema.key },
      limiter: maxReadUnits === undefined ? undefined : new CapacityLimiter(maxReadUnits),
      abortSignal,
      takePage: async (page) => {
        const compress = options.gzip && page.count > 0;
        const pointers = countPointers(page.lines);
        await append({ page, bytes: compress ? await gzip(page.lines) : page.lines, pointers });
        onProgress?.({
          phase: 'backing up',
          table,
          items,
          bytes: partial.bytes,
          expectedItems: description.estimatedItems,
        });
      },
    });
    await checkpoints.settle();
    await partial.finish();
    await requireSameTable(client, description, 'while it was read', adviceWhenReplaced(store), abortSignal);
    return { ...state(), discarded };
  } catch (error) {
    await checkpoints.save(state()).catch(() => undefined);
    // What was read may be of two tables: the next run must not go on with it.
    if (error instanceof TableReplacedError) await store.giveUp();
    throw stopped(error, table, items, store);
  }
}

/** A page with its bytes as they are stored. */
interface AppendedPage {
  readonly page: Omit<SegmentPage, 'lines'>;
  readonly bytes: Uint8Array;
  readonly pointers: number;
}

/** Opens the partial of the run to continue, if that was asked for and there is one of our time; else a new one. */
async function openPartial(
  options: BackUpOptions,
  description: TableDescription,
  store: BackupStore,
): Promise<Interrupted & { readonly partial: NewFile }> {
  const found = await findInterrupted(options, description, store);
  const { interrupted, discarded } = found;
  if (interrupted !== undefined) return { ...found, partial: await store.resume(interrupted) };
  if (discarded !== undefined) {
    const problem = `The interrupted backup to ${store.data} is not continued: ${discarded.reason}.`;
    options.onWarning?.(`${problem} It begins again from nothing.`);
  }
  return { ...found, partial: await store.create() };
}

function adviceWhenReplaced(store: BackupStore): readonly string[] {
  return [store.leftWhenStopped, 'Give the same command again: it begins from nothing.'];
}

function stopped(error: unknown, table: string, items: number, store: BackupStore): unknown {
  const isItsOwn = error instanceof ResumeMismatchError || error instanceof TableReplacedError;
  if (!(error instanceof CumulusError) || isItsOwn) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  return new ErrorClass(
    `The backup of ${table} stopped after ${items} items: ${error.message}`,
    [store.leftWhenStopped, store.howToContinue],
    error,
  );
}

async function describeBackup(
  options: BackUpOptions,
  description: TableDescription,
  full: FullDescription,
  scan: BackupState,
): Promise<BackupManifest> {
  return {
    format: MANIFEST_FORMAT,
    formatVersion: MANIFEST_VERSION,
    createdBy: SOFTWARE,
    table: {
      name: description.name,
      arn: description.arn,
      id: description.id,
      region: await options.client.config.region(),
      billingMode: description.billingMode,
      schema: { ...description.schema, ...laterSettings(full) },
      description: full,
    },
    scan: {
      startedAt: scan.startedAt,
      endedAt: new Date().toISOString(),
      segments: scan.positions.length,
      consistentRead: options.consistent ?? false,
      resumed: scan.resumed,
    },
    file: { compression: options.gzip ? 'gzip' : 'none', bytes: scan.bytes, sha256: scan.sha256 },
    items: scan.items,
    ...(scan.pointersToS3 === undefined ? {} : { pointersToS3: scan.pointersToS3 }),
  };
}
