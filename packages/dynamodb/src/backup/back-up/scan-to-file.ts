import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { SerialQueue } from '../../aws/serial-queue.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import {
  defaultSegments,
  type SegmentPage,
  type SegmentPosition,
  scanSegments,
} from '../../items/scan/scan-segments.ts';
import { ResumeMismatchError } from '../../storage/errors.ts';
import type { NewFile } from '../../storage/storage.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { TableReplacedError } from '../../tables/errors.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import { StoppedError } from '../errors.ts';
import { countPointers } from '../format/s3-pointers.ts';
import type { BackupState } from '../store/backup-checkpoint.ts';
import type { BackupStore } from '../store/backup-store.ts';
import { Checkpoints } from '../store/periodic-save.ts';
import type { DiscardedPartial } from '../store/too-old.ts';
import { findInterrupted, type Interrupted } from './find-interrupted.ts';
import type { BackUpOptions } from './options.ts';

const gzip = promisify(gzipCallback);

/**
 * Scans a table into the data file of its backup, to its end, and goes on where an interrupted scan stopped if that is asked for.
 * @throws StoppedError, InterruptedError before its end; TableReplacedError, ResumeMismatchError
 */
export async function scanToFile(
  options: BackUpOptions,
  description: TableDescription,
  store: BackupStore,
): Promise<BackupState & { readonly discarded?: DiscardedPartial | undefined }> {
  const { client, table, abortSignal, onProgress, maxReadUnits } = options;
  const newPositions = Array<SegmentPosition>(options.segments ?? defaultSegments(description.estimatedBytes)).fill(
    'start',
  );
  const { interrupted, discarded, file } = await openFile(options, description, store);
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
    pointersToS3: pointersToS3 > 0 ? pointersToS3 : undefined,
    bytes: file.bytes,
    sha256: file.sha256,
    positions: [...positions],
  });
  const checkpoints = new Checkpoints<BackupState>(async (saved) => {
    await file.flush();
    await store.saveCheckpoint({
      ...saved,
      tableArn: description.arn,
      tableId: description.id,
      consistentRead: options.consistent ?? false,
    });
  });
  // A page and its segment's new position count in one turn: no checkpoint comes between them.
  const queue = new SerialQueue({ stopOnError: true });
  const append = async ({ page, bytes, pointers }: AppendedPage): Promise<void> => {
    await file.append(bytes);
    items += page.count;
    pointersToS3 += pointers;
    positions[page.segment] = page.next;
    checkpoints.offer(state);
  };
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
        const bytes = compress ? await gzip(page.lines) : page.lines;
        await queue.run(() => append({ page, bytes, pointers }));
        onProgress?.({
          phase: 'backing up',
          table,
          items,
          bytes: file.bytes,
          expectedItems: description.estimatedItems,
        });
      },
    });
    // DynamoDB is asked while the disk writes. A failure of the file comes first, and meanwhile this one is not unhandled.
    const same = requireSameTable(client, description, 'while it was read', adviceWhenReplaced(store), abortSignal);
    same.catch(() => undefined);
    await checkpoints.settle();
    await file.finish();
    await same;
    return { ...state(), discarded };
  } catch (error) {
    await checkpoints.save(state()).catch(() => undefined);
    // The items may be of two tables, so the next run must not continue.
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

/** Opens the file of the run to continue, if that is asked for and there is one that is not too old; else a new one. */
async function openFile(
  options: BackUpOptions,
  description: TableDescription,
  store: BackupStore,
): Promise<Interrupted & { readonly file: NewFile }> {
  const found = await findInterrupted(options, description, store);
  const { interrupted, discarded } = found;
  if (interrupted !== undefined) return { ...found, file: await store.resume(interrupted) };
  if (discarded !== undefined) {
    const problem = `The interrupted backup to ${store.unfinished} is not continued: ${discarded.reason}.`;
    options.onWarning?.(`${problem} It begins again from nothing.`);
  }
  return { ...found, file: await store.create() };
}

function adviceWhenReplaced(store: BackupStore): readonly string[] {
  return [store.leftWhenStopped, 'Start again: nothing of this backup can be used.'];
}

function stopped(error: unknown, table: string, items: number, store: BackupStore): unknown {
  const isItsOwn = error instanceof ResumeMismatchError || error instanceof TableReplacedError;
  if (!(error instanceof CumulusError) || isItsOwn) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  return new ErrorClass(
    `The backup of ${table} stopped after ${items} items: ${error.message}`,
    [store.leftWhenStopped, store.howToContinue],
    error,
    store.canResume ? 'continue' : 'start again',
  );
}
