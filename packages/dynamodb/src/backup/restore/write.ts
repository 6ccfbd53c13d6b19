import { isRefusalOfItem } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { RequestFailedError } from '../../aws/errors.ts';
import { SerialQueue } from '../../aws/serial-queue.ts';
import { runWorkers } from '../../aws/workers.ts';
import { putItemIfAbsent } from '../../items/batch/put-if-absent.ts';
import type { WriteContext } from '../../items/batch/write-context.ts';
import { deleteKeys, putItems, takenTogether } from '../../items/batch/write-items.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { describePlace } from '../format/line-place.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { Checkpoints } from '../store/periodic-save.ts';
import type { CheckedFile } from './check.ts';
import type { RestoreState } from './checkpoint.ts';
import { InOrder } from './in-order.ts';
import { DEFAULT_WRITE_CONCURRENCY, type RestoreOptions } from './options.ts';
import { PendingLines } from './pending-lines.ts';
import { type Batch, MAX_BATCH_BYTES, readBatches } from './read-batches.ts';
import { NOTHING_DONE } from './resume.ts';
import type { SetAsideFile } from './set-aside-file.ts';
import { stopped } from './stopped.ts';

/** What became of a batch's lines. */
interface WrittenBatch {
  readonly lastLine: number;
  readonly written: number;
  /** How many of those that were written were deletions. */
  readonly deleted: number;
  readonly skipped: number;
  /** Those that DynamoDB does not take. */
  readonly setAside: readonly Buffer[];
}

/** What a restore writes, and from where to where. */
export interface WriteJob {
  readonly options: RestoreOptions;
  readonly reader: BackupSource;
  readonly schema: TableSchema;
  readonly checked: CheckedFile;
  readonly interrupted: RestoreState | undefined;
  readonly setAside: SetAsideFile | undefined;
  readonly save: (state: RestoreState) => Promise<void>;
}

export async function writeFile(job: WriteJob): Promise<RestoreState> {
  const { options, schema, checked, interrupted, setAside } = job;
  const { client, table, maxWriteUnits, abortSignal, onProgress, concurrency = DEFAULT_WRITE_CONCURRENCY } = options;
  const limiter = maxWriteUnits === undefined ? undefined : new CapacityLimiter(maxWriteUnits);
  let done = interrupted ?? NOTHING_DONE;
  const tally = { acknowledged: done.written, bytes: 0 };
  const pending = new PendingLines();
  const saving = new SerialQueue();
  const save = async (): Promise<void> => {
    const state = done;
    // A line is in its file for good before the checkpoint passes it.
    await pending.moveTo(setAside);
    await job.save(setAside === undefined ? state : { ...state, setAside: setAside.state });
  };
  const saveInTurn = (): Promise<void> => saving.run(save);
  const checkpoints = new Checkpoints<void>(saveInTurn);
  const inOrder = new InOrder<WrittenBatch>((batch) => {
    const deleted = (done.deleted ?? 0) + batch.deleted;
    done = {
      line: batch.lastLine,
      written: done.written + batch.written,
      deleted: deleted === 0 ? undefined : deleted,
      skipped: done.skipped + batch.skipped,
    };
    pending.add(batch.setAside);
    checkpoints.offer(() => undefined);
  });
  const batches = readBatches(job, done.line);
  const work = async (signal: AbortSignal): Promise<void> => {
    const resumed = interrupted !== undefined;
    const context: WriteContext = { client, table, key: schema.key, limiter, resumed, abortSignal: signal };
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const batch = next.value;
      inOrder.end(batch.index, await writeBatch(job, context, batch, tally));
      if (pending.bytes > MAX_BATCH_BYTES) await saveInTurn();
      tally.bytes += batch.lines.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const items = done.written + done.skipped;
      const expectedItems = checked.wanted - checked.refused.size;
      onProgress?.({ phase: 'restoring', table, items, bytes: tally.bytes, expectedItems });
    }
  };
  try {
    await runWorkers(concurrency, abortSignal, work);
    await checkpoints.settle();
    await pending.moveTo(setAside);
    return setAside === undefined ? done : { ...done, setAside: setAside.state };
  } catch (error) {
    await checkpoints.save().catch(() => undefined);
    const explained = await explainDynamoDBError(error, client, { action: writeAction(options), table });
    throw stopped(explained, table, tally.acknowledged, options.resumable ?? true);
  }
}

export function writeAction({ existingItems }: RestoreOptions): string {
  return existingItems === 'skip' ? 'PutItem' : 'BatchWriteItem';
}

/**
 * Writes a batch's items; where DynamoDB refuses it for one of them, one after the other, so that the others are written and the
 * line is known.
 * @param tally counts each item that DynamoDB has taken, also if a later one is refused
 */
async function writeBatch(
  job: WriteJob,
  context: WriteContext,
  { lastLine, lines }: Batch,
  tally: { acknowledged: number },
): Promise<WrittenBatch> {
  const items = lines.flatMap(({ item, isDeletion }) => (item === undefined || isDeletion ? [] : [item]));
  const keys = lines.flatMap(({ item, isDeletion }) => (item === undefined || !isDeletion ? [] : [item]));
  // No key is in a file of changes twice, so that the order of the two does not matter.
  await deleteKeys(context, keys);
  tally.acknowledged += keys.length;
  const together = job.options.existingItems !== 'skip' && (await takenTogether(context, items));
  if (together) tally.acknowledged += items.length;
  let written = keys.length + (together ? items.length : 0);
  const setAside: Buffer[] = [];
  for (const line of lines) {
    if (line.item === undefined) {
      setAside.push(line.bytes);
    } else if (!together && !line.isDeletion) {
      const taken = await writeLine(job, context, line.number, line.item);
      if (taken === 'refused') setAside.push(line.bytes);
      if (taken === 'written') {
        written += 1;
        tally.acknowledged += 1;
      }
    }
  }
  return { lastLine, written, deleted: keys.length, skipped: lines.length - setAside.length - written, setAside };
}

/** @returns what became of a single item, `there` if the table had one of its key */
async function writeLine(
  { options, reader, checked, setAside }: WriteJob,
  context: WriteContext,
  number: number,
  item: Buffer,
): Promise<'written' | 'there' | 'refused'> {
  try {
    if (options.existingItems === 'skip') return (await putItemIfAbsent(context, item)) ? 'written' : 'there';
    await putItems(context, [item]);
    return 'written';
  } catch (error) {
    if (!isRefusalOfItem(error)) throw error;
    const problem = `DynamoDB refused the item: ${error.message}`;
    if (setAside !== undefined) {
      checked.firstRefused.add({ line: number, problem });
      return 'refused';
    }
    throw new RequestFailedError(`${describePlace(reader.placeOf(number))}: ${problem}`, [], error);
  }
}
