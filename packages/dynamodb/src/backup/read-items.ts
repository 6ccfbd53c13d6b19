import { InvalidLineError } from '../errors.ts';
import { problemOfKeys } from '../items/item-key.ts';
import { indexedAttributes, type TableSchema } from '../tables/schema.ts';
import type { BackupProof, BackupSource } from './backup-source.ts';
import { LineProblem, type ParsedLine, parseLine } from './line-format.ts';

/** An item of a backup. */
export interface BackupItem extends ParsedLine {
  /** The line's number among all lines of the backup, counted from 1. */
  readonly line: number;
  /** The length of the line in bytes. */
  readonly length: number;
}

/** What a reading of a whole backup has shown: items counted, and the proof of the bytes as stored. */
export interface ReadBackup extends BackupProof {
  /** Lines that hold an item. */
  readonly items: number;
}

/**
 * Reads a backup to its end, checks each line and, where a schema is given, that its item fits a table of that
 * schema; then proves the backup by its manifest.
 * @param takeItem gets each item in the order of the backup
 * @throws InvalidLineError for the first line that is no item, or does not fit, with its number
 * @throws CorruptBackupError if the backup is not what its manifest says
 */
export async function readItems(
  reader: BackupSource,
  schema: TableSchema | undefined,
  takeItem: (item: BackupItem) => Promise<void> | undefined,
  abortSignal?: AbortSignal,
): Promise<ReadBackup> {
  const indexed = schema === undefined ? [] : indexedAttributes(schema);
  const lines = reader.lines();
  let items = 0;
  for (;;) {
    abortSignal?.throwIfAborted();
    const run = await lines.next();
    if (run.done) {
      reader.prove(run.value, items);
      return { items, ...run.value };
    }
    for (const { number, bytes } of run.value) {
      const parsed = parseLine(bytes.toString('utf8'), schema?.key);
      const problem =
        parsed instanceof LineProblem
          ? parsed.problem
          : schema === undefined
            ? undefined
            : problemOfKeys(parsed.item, schema.key, indexed);
      if (parsed instanceof LineProblem || problem !== undefined) {
        const { file, line } = reader.placeOf(number);
        throw new InvalidLineError(file, line, problem ?? '', ['Nothing was written.']);
      }
      const taken = takeItem({ ...parsed, line: number, length: bytes.length });
      if (taken !== undefined) await taken;
      items += 1;
    }
  }
}
