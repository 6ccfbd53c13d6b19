import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InterruptedError, MetadataError, ResumeMismatchError, StoppedError } from '../errors.ts';
import { CapacityLimiter } from '../items/capacity-limiter.ts';
import { inTurn } from '../items/in-turn.ts';
import { defaultSegments, type SegmentPage, type SegmentPosition, scanSegments } from '../items/scan-segments.ts';
import type { ProgressListener } from '../progress.ts';
import { describeSettings, describeTable, type TableDescription, type TableSettings } from '../tables/describe.ts';
import { SOFTWARE } from '../version.ts';
import type { BackupCheckpoint, BackupState } from './backup-checkpoint.ts';
import { BackupFiles, exists } from './backup-files.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint-file.ts';
import { Checkpoints } from './checkpoints.ts';
import { explainFileError, PRIVATE_DIRECTORY } from './durable-file.ts';
import { type EarlierBackup, earlierBackups, pruneKept } from './earlier-backups.ts';
import { type BackupManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from './manifest.ts';
import { PartialFile } from './partial-file.ts';
import { WriterClaim } from './writer-claim.ts';

const gzip = promisify(gzipCallback);

/** A backup with fewer items than this share of an earlier one's is worth a warning. */
const FAR_FEWER = 0.9;

export interface BackUpOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Where the backup's files go; made if it is missing. */
  readonly directory: string;
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
  /** Go on where an interrupted backup of the same table into the same file stopped; where there is none, begin. */
  readonly resume?: boolean | undefined;
  /** How many earlier backups stay; 1 unless given. */
  readonly keep?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** A backup that was completed. */
export interface BackUpResult {
  readonly table: string;
  readonly file: string;
  readonly manifest: string;
  /** Items written, counted. */
  readonly items: number;
  /** Bytes of the data file. */
  readonly bytes: number;
  readonly sha256: string;
  readonly seconds: number;
  readonly segments: number;
  /** Whether an interrupted run was continued. */
  readonly resumed: boolean;
  /** Earlier backups of the table that stayed, the newest first. */
  readonly kept: readonly string[];
  /** An earlier backup that has far more items; it stays whatever `keep` says. */
  readonly farFewerThan?: { readonly file: string; readonly items: number };
}

/**
 * Backs a table up to `<directory>/<table>.json` (or `.json.gz`), one item a line in typed DynamoDB JSON, with a
 * manifest beside it. The file takes its name only when it is complete, counted and flushed to disk; until then, and
 * after any failure, the backup that was there is as it was.
 *
 * @throws TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError, FileError, BackupInProgressError,
 *   ResumeMismatchError, InterruptedError
 */
export async function backUpTable(options: BackUpOptions): Promise<BackUpResult> {
  const { client, table, directory, abortSignal, keep = 1 } = options;
  const startedAt = performance.now();
  const description = await describeTable(client, table, abortSignal);
  try {
    await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  } catch (error) {
    throw explainFileError(error, directory);
  }
  const files = BackupFiles.in(directory, description.name, options.gzip ?? false);
  const claim = await WriterClaim.take(files.data);
  try {
    await files.settle();
    const settings = describeSettings(client, table);
    // Waited for after the scan; until then its failure is nobody's.
    settings.catch(() => undefined);
    const scan = await scanToPartial(options, description, files);
    const manifest = await describeBackup(options, description, await settings, scan);
    const { current, kept: keptBefore } = await earlierBackups(files);
    const farLarger = farLargest(manifest.items, current === undefined ? keptBefore : [current, ...keptBefore]);
    const keepsCurrent = current !== undefined && (keep > 0 || current.file === farLarger?.file);
    await claim.check();
    await files.commit(manifest, keepsCurrent ? current.file : undefined);
    const kept = await pruneKept(files, keep, farLarger?.file);
    return {
      table,
      file: files.data,
      manifest: files.manifest,
      items: manifest.items,
      bytes: manifest.file.bytes,
      sha256: manifest.file.sha256,
      seconds: (performance.now() - startedAt) / 1000,
      segments: manifest.scan.segments,
      resumed: manifest.scan.resumed > 0,
      kept,
      ...(farLarger === undefined ? {} : { farFewerThan: farLarger }),
    };
  } catch (error) {
    throw explainFileError(error, files.data);
  } finally {
    await claim.release();
  }
}

/** The earlier backup with the most items, if it has far more than the new one. */
function farLargest(
  items: number,
  earlier: readonly EarlierBackup[],
): { readonly file: string; readonly items: number } | undefined {
  return earlier
    .flatMap((backup) => (backup.items === undefined ? [] : [{ file: backup.file, items: backup.items }]))
    .filter((backup) => items < backup.items * FAR_FEWER)
    .reduce<{ file: string; items: number } | undefined>(
      (most, backup) => (most === undefined || backup.items > most.items ? backup : most),
      undefined,
    );
}

/** Scans the table into the partial, and has it on disk to its end. */
async function scanToPartial(
  options: BackUpOptions,
  description: TableDescription,
  files: BackupFiles,
): Promise<BackupState> {
  const { client, table, abortSignal, onProgress, maxReadUnits } = options;
  const interrupted = await interruptedRun(options, description, files);
  const begin: Omit<BackupState, 'bytes' | 'sha256'> =
    interrupted === undefined
      ? { startedAt: new Date().toISOString(), resumed: 0, items: 0, positions: newPositions(options, description) }
      : { ...interrupted, resumed: interrupted.resumed + 1 };
  const partial =
    interrupted === undefined
      ? await PartialFile.create(files.partial)
      : await PartialFile.continue(files.partial, interrupted.bytes, interrupted.sha256);
  const positions = [...begin.positions];
  let { items } = begin;

  const state = (): BackupState => ({
    ...begin,
    items,
    bytes: partial.bytes,
    sha256: partial.sha256,
    positions: [...positions],
  });
  const checkpoints = new Checkpoints<BackupState>(async (saved) => {
    await partial.flush();
    await saveCheckpoint<BackupCheckpoint>(files.checkpoint, {
      ...saved,
      tableArn: description.arn,
      tableId: description.id,
      consistentRead: options.consistent ?? false,
    });
  });
  // A page and its segment's new position count in one turn: no checkpoint comes between them.
  const append = inTurn<{ page: Omit<SegmentPage, 'lines'>; bytes: Uint8Array }>(async ({ page, bytes }) => {
    await partial.append(bytes);
    items += page.count;
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
      limiter: maxReadUnits === undefined ? undefined : new CapacityLimiter(maxReadUnits),
      abortSignal,
      takePage: async (page) => {
        const compress = options.gzip && page.count > 0;
        await append({ page, bytes: compress ? await gzip(page.lines) : page.lines });
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
    await partial.flush();
    return state();
  } catch (error) {
    await checkpoints.save(state()).catch(() => undefined);
    throw stopped(error, table, items, files);
  } finally {
    await partial.close();
  }
}

function newPositions(options: BackUpOptions, description: TableDescription): SegmentPosition[] {
  return Array<SegmentPosition>(options.segments ?? defaultSegments(description.estimatedBytes)).fill('start');
}

/** The run to continue, if that was asked for and there is one; else a clean place. */
async function interruptedRun(
  options: BackUpOptions,
  description: TableDescription,
  files: BackupFiles,
): Promise<BackupCheckpoint | undefined> {
  const checkpoint = options.resume ? await loadCheckpoint<BackupCheckpoint>(files.checkpoint) : undefined;
  if (checkpoint === undefined || !(await exists(files.partial))) {
    await files.discardPartial();
    return undefined;
  }
  const { tableArn, tableId, consistentRead, positions } = checkpoint;
  const difference =
    tableArn !== description.arn || tableId !== description.id
      ? `it read another table, ${tableArn} (${tableId}), not ${description.arn} (${description.id})`
      : consistentRead !== (options.consistent ?? false)
        ? `it read ${consistentRead ? 'with' : 'without'} --consistent`
        : options.segments !== undefined && options.segments !== positions.length
          ? `it cut the table into ${positions.length} segments`
          : undefined;
  if (difference !== undefined) {
    throw new ResumeMismatchError(`The interrupted backup ${files.partial} cannot be continued: ${difference}.`, [
      'Nothing was changed.',
      'Start anew, without --resume.',
    ]);
  }
  return checkpoint;
}

function stopped(error: unknown, table: string, items: number, files: BackupFiles): unknown {
  if (!(error instanceof MetadataError) || error instanceof ResumeMismatchError) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  return new ErrorClass(
    `The backup of ${table} stopped after ${items} items: ${error.message}`,
    [
      `Nothing took the place of ${files.data}; what was read is in ${files.partial}.`,
      'Continue with the same command and --resume.',
    ],
    error,
  );
}

async function describeBackup(
  options: BackUpOptions,
  description: TableDescription,
  settings: TableSettings,
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
      schema: { ...description.schema, ...settings },
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
  };
}
