import { isRefusalOfItem } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import {
  CumulusError,
  InterruptedError,
  type NextStep,
  RequestFailedError,
  TableNotFoundError,
} from '../../aws/errors.ts';
import { SerialQueue } from '../../aws/serial-queue.ts';
import { putItemIfAbsent } from '../../items/batch/put-if-absent.ts';
import type { WriteContext } from '../../items/batch/write-context.ts';
import { MAX_BATCH_ITEMS, putItems, takenTogether } from '../../items/batch/write-items.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import { runWorkers } from '../../items/workers.ts';
import { FileReplacedError } from '../../storage/errors.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { CorruptBackupError, StoppedError } from '../errors.ts';
import { LineProblem, parseLine } from '../format/line-format.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { Checkpoints } from '../store/periodic-save.ts';
import type { CheckedFile } from './check.ts';
import type { RestoreState } from './checkpoint.ts';
import { InOrder } from './in-order.ts';
import { DEFAULT_WRITE_CONCURRENCY, type RestoreOptions } from './options.ts';
import { NOTHING_DONE } from './resume.ts';
import type { SetAsideFile } from './set-aside-file.ts';

/** The size at which a batch is full, in bytes: DynamoDB takes 16 MB a request, and several are held at once. */
const MAX_BATCH_BYTES = 2_000_000;

/** A line that is to be written, or set aside. */
interface BatchLine {
  readonly number: number;
  /** As it stands in the backup. */
  readonly bytes: Buffer;
  /** Its item in typed JSON; undefined for one that the check found DynamoDB not to take. */
  readonly item: Buffer | undefined;
}

/** Consecutive lines that are done with together. */
interface Batch {
  readonly index: number;
  readonly lastLine: number;
  readonly lines: readonly BatchLine[];
}

/** What became of a batch's lines. */
interface WrittenBatch {
  readonly lastLine: number;
  readonly written: number;
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
    done = { line: batch.lastLine, written: done.written + batch.written, skipped: done.skipped + batch.skipped };
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
      const expectedItems = checked.items - checked.superseded.size - checked.refused.size;
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

/** Lines that are done with and not yet in the file for those that are set aside. */
class PendingLines {
  #lines: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(lines: readonly Buffer[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#bytes += line.length;
    }
  }

  /** Moves to the file what is pending as this is called; what comes meanwhile stays. Calls must not overlap. */
  async moveTo(file: SetAsideFile | undefined): Promise<void> {
    const lines = [...this.#lines];
    await file?.append(lines);
    this.#lines = this.#lines.slice(lines.length);
    this.#bytes -= lines.reduce((sum, { length }) => sum + length, 0);
  }
}

export function writeAction({ existingItems }: RestoreOptions): string {
  return existingItems === 'skip' ? 'PutItem' : 'BatchWriteItem';
}

/** Reads the file a second time, in batches of lines that are not yet done with and not superseded. */
async function* readBatches({ reader, schema, checked }: WriteJob, doneLine: number): AsyncGenerator<Batch, void> {
  let index = 0;
  let batchLines: BatchLine[] = [];
  let size = 0;
  const lines = reader.lines({ keep: true });
  for (let run = await lines.next(); ; run = await lines.next()) {
    if (run.done) {
      if (batchLines.length > 0) yield { index, lastLine: batchLines.at(-1)?.number ?? 0, lines: batchLines };
      if (run.value.sha256 !== checked.sha256) {
        throw new CorruptBackupError(`${reader.name} was altered while it was being restored.`, [
          'The table now holds items of both versions: restore into another one.',
        ]);
      }
      return;
    }
    for (const { number, bytes } of run.value) {
      if (number <= doneLine || checked.superseded.has(number)) continue;
      const item = checked.refused.has(number) ? undefined : checked.allTyped ? bytes : typedText(bytes, schema);
      batchLines.push({ number, bytes, item });
      size += item?.length ?? bytes.length;
      if (batchLines.length === MAX_BATCH_ITEMS || size >= MAX_BATCH_BYTES) {
        yield { index, lastLine: number, lines: batchLines };
        index += 1;
        batchLines = [];
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
  const items = lines.flatMap(({ item }) => item ?? []);
  const together = job.options.existingItems !== 'skip' && (await takenTogether(context, items));
  if (together) tally.acknowledged += items.length;
  let written = together ? items.length : 0;
  const setAside: Buffer[] = [];
  for (const line of lines) {
    if (line.item === undefined) {
      setAside.push(line.bytes);
    } else if (!together) {
      const taken = await writeLine(job, context, line.number, line.item);
      if (taken === 'refused') setAside.push(line.bytes);
      if (taken === 'written') {
        written += 1;
        tally.acknowledged += 1;
      }
    }
  }
  return { lastLine, written, skipped: lines.length - setAside.length - written, setAside };
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
    const { file, line } = reader.placeOf(number);
    throw new RequestFailedError(`${file}, line ${line}: ${problem}`, [], error);
  }
}

function stopped(error: unknown, table: string, written: number, resumable: boolean): unknown {
  if (!(error instanceof CumulusError)) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  const problem = `The restore into ${table} stopped after ${written} items: ${error.message}`;
  const next = nextAfter(error, resumable);
  return new ErrorClass(problem, [NEXT_ADVICE[next]], error, next);
}

const NEXT_ADVICE: Readonly<Record<NextStep, string>> = {
  continue: 'Continue it: what was written is kept.',
  'start again': 'It cannot be continued: restore again, into an empty table or over its items.',
  'mend the line': 'Restore again, over its items: with the line mended, or with such lines set aside.',
};

/** What would end the same way again is not to be continued. */
function nextAfter(error: CumulusError, resumable: boolean): NextStep {
  if (isRefusalOfItem(error.cause)) return 'mend the line';
  const final = [CorruptBackupError, FileReplacedError, TableNotFoundError].some((kind) => error instanceof kind);
  return final || !resumable ? 'start again' : 'continue';
}
