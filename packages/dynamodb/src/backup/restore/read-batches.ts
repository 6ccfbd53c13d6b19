import { MAX_BATCH_ITEMS } from '../../items/batch/write-items.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { CorruptBackupError } from '../errors.ts';
import { parseLine } from '../format/line-format.ts';
import { LineProblem } from '../format/line-problem.ts';
import type { BackupSource } from '../read/backup-source.ts';
import type { CheckedFile } from './check.ts';

/** The size at which a batch is full, in bytes: DynamoDB takes 16 MB a request, and several are held at once. */
export const MAX_BATCH_BYTES = 2_000_000;

/** A line that is to be written, or set aside. */
interface BatchLine {
  readonly number: number;
  /** As it stands in the backup. */
  readonly bytes: Buffer;
  /** Its item in typed JSON, or the key of the one to delete; undefined for one that the check found DynamoDB not to take. */
  readonly item: Buffer | undefined;
  readonly isDeletion: boolean;
}

/** Consecutive lines that are done with together. */
export interface Batch {
  readonly index: number;
  readonly lastLine: number;
  readonly lines: readonly BatchLine[];
}

/** A file that was checked, and the table that its items are for. */
interface ReadJob {
  readonly reader: BackupSource;
  readonly schema: TableSchema;
  readonly checked: CheckedFile;
}

/** Reads the file a second time, in batches of lines that are wanted and not yet done with. */
export async function* readBatches(
  { reader, schema, checked }: ReadJob,
  doneLine: number,
): AsyncGenerator<Batch, void> {
  let index = 0;
  let batchLines: BatchLine[] = [];
  let size = 0;
  const lines = reader.lines({ keep: true, schema });
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
      if (number <= doneLine || !isWanted(checked, number)) continue;
      const { item, isDeletion } = checked.refused.has(number)
        ? { item: undefined, isDeletion: false }
        : checked.allTyped
          ? { item: bytes, isDeletion: false }
          : parsed(bytes, schema);
      batchLines.push({ number, bytes, item, isDeletion });
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

function isWanted({ superseded, chosen, refused }: CheckedFile, line: number): boolean {
  return chosen === undefined ? !superseded.has(line) : chosen.has(line) || refused.has(line);
}

function parsed(line: Buffer, schema: TableSchema): Pick<BatchLine, 'isDeletion'> & { readonly item: Buffer } {
  const found = parseLine(line.toString('utf8'), schema.key);
  if (found instanceof LineProblem) throw new TypeError(`a checked line is no item: ${found.problem}`);
  return { item: Buffer.from(JSON.stringify(found.item)), isDeletion: found.isDeletion ?? false };
}
