import { explainAwsError, isValidationError } from '../../aws-errors.ts';
import { CorruptBackupError, InterruptedError, MetadataError, RequestFailedError, StoppedError } from '../../errors.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import { runWorkers } from '../../items/workers.ts';
import { MAX_BATCH_ITEMS, putItemIfAbsent, putItems, type WriteContext } from '../../items/write-items.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { BackupSource } from '../backup-source.ts';
import { Checkpoints } from '../checkpoints.ts';
import { InOrder } from '../in-order.ts';
import { LineProblem, parseLine } from '../line-format.ts';
import type { RestoreState } from '../restore-checkpoint.ts';
import type { CheckedFile } from './check.ts';
import { DEFAULT_WRITE_CONCURRENCY, type RestoreOptions } from './options.ts';
import { NOTHING_DONE } from './resume.ts';

/** The size at which a batch is full, in bytes: DynamoDB takes 16 MB a request, and several are held at once. */
const MAX_BATCH_BYTES = 2_000_000;

/** Items of consecutive lines that are written together. */
interface Batch {
  readonly index: number;
  readonly lastLine: number;
  readonly firstLine: number;
  /** Their texts in typed JSON. */
  readonly items: readonly Buffer[];
}

export async function writeFile(
  options: RestoreOptions,
  reader: BackupSource,
  schema: TableSchema,
  checked: CheckedFile,
  interrupted: RestoreState | undefined,
  save: (state: RestoreState) => Promise<void>,
): Promise<RestoreState> {
  const { client, table, maxWriteUnits, abortSignal, onProgress, concurrency = DEFAULT_WRITE_CONCURRENCY } = options;
  const limiter = maxWriteUnits === undefined ? undefined : new CapacityLimiter(maxWriteUnits);
  const begin = interrupted ?? NOTHING_DONE;
  let done = begin;
  let bytes = 0;
  const checkpoints = new Checkpoints(save);
  const inOrder = new InOrder<RestoreState>((batch) => {
    done = { line: batch.line, written: done.written + batch.written, skipped: done.skipped + batch.skipped };
    checkpoints.offer(() => done);
  });
  const batches = readBatches(reader, schema, checked, begin.line);
  const work = async (signal: AbortSignal): Promise<void> => {
    const resumed = interrupted !== undefined;
    const context: WriteContext = { client, table, key: schema.key, limiter, resumed, abortSignal: signal };
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const batch = next.value;
      const written = await writeBatch(context, batch, options.existingItems === 'skip', reader);
      inOrder.end(batch.index, { line: batch.lastLine, written, skipped: batch.items.length - written });
      bytes += batch.items.reduce((sum, item) => sum + item.length, 0);
      const items = done.written + done.skipped;
      onProgress?.({ phase: 'restoring', table, items, bytes, expectedItems: checked.items - checked.superseded.size });
    }
  };
  try {
    await runWorkers(concurrency, abortSignal, work);
    await checkpoints.settle();
    return done;
  } catch (error) {
    await checkpoints.save(done).catch(() => undefined);
    const explained = await explainAwsError(error, client, { action: writeAction(options), table });
    throw stopped(explained, table, done, options.resumable ?? true);
  }
}

export function writeAction({ existingItems }: RestoreOptions): string {
  return existingItems === 'skip' ? 'PutItem' : 'BatchWriteItem';
}

/** Reads the file a second time, in batches of lines that are not yet done with and not superseded. */
async function* readBatches(
  reader: BackupSource,
  schema: TableSchema,
  checked: CheckedFile,
  doneLine: number,
): AsyncGenerator<Batch, void> {
  let index = 0;
  let items: Buffer[] = [];
  let size = 0;
  let firstLine = 0;
  let lastLine = 0;
  const batch = (): Batch => ({ index: index++, firstLine, lastLine, items });
  const lines = reader.lines({ keep: true });
  for (let run = await lines.next(); ; run = await lines.next()) {
    if (run.done) {
      if (items.length > 0) yield batch();
      if (run.value.sha256 !== checked.sha256) {
        throw new CorruptBackupError(`${reader.name} was altered while it was being restored.`, [
          'The table now holds items of both versions: restore into another one.',
        ]);
      }
      return;
    }
    for (const { number, bytes } of run.value) {
      if (number <= doneLine || checked.superseded.has(number)) continue;
      if (items.length === 0) firstLine = number;
      lastLine = number;
      items.push(checked.allTyped ? bytes : typedText(bytes, schema));
      size += items.at(-1)?.length ?? 0;
      if (items.length === MAX_BATCH_ITEMS || size >= MAX_BATCH_BYTES) {
        yield batch();
        items = [];
        size = 0;
      }
    }
  }
}

function typedText(line: Buffer, schema: TableSchema): Buffer {
  const parsed = parseLine(line.toString('utf8'), schema.key);
  if (parsed instanceof LineProblem) throw new TypeError(`a checked line is no item: ${parsed.problem}`);
  return Buffer.from(JSON.stringify(parsed.item));
}

/** @returns how many of the batch's items were written; the others were there already */
async function writeBatch(
  context: WriteContext,
  batch: Batch,
  skipExisting: boolean,
  reader: BackupSource,
): Promise<number> {
  try {
    if (!skipExisting) {
      await putItems(context, batch.items);
      return batch.items.length;
    }
    let written = 0;
    for (const item of batch.items) if (await putItemIfAbsent(context, item)) written += 1;
    return written;
  } catch (error) {
    if (!isValidationError(error)) throw error;
    throw new RequestFailedError(
      `DynamoDB refused an item of ${describeLines(reader, batch)}: ${(error as Error).message}`,
      [],
      error,
    );
  }
}

function describeLines(reader: BackupSource, { firstLine, lastLine }: Batch): string {
  const first = reader.placeOf(firstLine);
  const last = reader.placeOf(lastLine);
  return first.file === last.file
    ? `${first.file}, lines ${first.line} to ${last.line}`
    : `${first.file} from line ${first.line} on, or of ${last.file} up to line ${last.line}`;
}

function stopped(error: unknown, table: string, done: RestoreState, resumable: boolean): unknown {
  if (!(error instanceof MetadataError)) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  return new ErrorClass(
    `The restore into ${table} stopped after ${done.written} items: ${error.message}`,
    [resumable ? 'Continue with the same command and --resume.' : 'Start again, with --overwrite.'],
    error,
  );
}
