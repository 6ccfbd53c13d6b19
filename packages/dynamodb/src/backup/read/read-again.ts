import type { TypedItem } from '../../items/typed-item.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { LineSet } from '../compare/line-set.ts';
import { CorruptBackupError } from '../errors.ts';
import { parseLine } from '../format/line-format.ts';
import { LineProblem } from '../format/line-problem.ts';
import type { BackupSource } from './backup-source.ts';

/** A backup that was read to its end before, and checked. */
export interface ReadBefore {
  readonly reader: BackupSource;
  /** The digest of what was read. */
  readonly sha256: string;
  readonly schema: TableSchema;
}

/** An item of a backup that is read again. */
export interface ItemReadAgain {
  readonly item: TypedItem;
  readonly line: number;
  /** The length of the line in bytes. */
  readonly length: number;
}

/**
 * Reads some lines of a backup again; the others are passed over, at almost no cost.
 * @param takeItem gets the item of each wanted line in their order; calls do not overlap
 * @throws CorruptBackupError at the end if the backup is not what was read before
 */
export async function readAgain(
  { reader, sha256, schema }: ReadBefore,
  wanted: LineSet,
  takeItem: (item: ItemReadAgain) => Promise<void> | undefined,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const lines = reader.lines({ schema });
  for (;;) {
    abortSignal?.throwIfAborted();
    const run = await lines.next();
    if (run.done) {
      if (run.value.sha256 === sha256) return;
      throw new CorruptBackupError(`${reader.name} was altered while it was compared.`, ['Compare it again.']);
    }
    for (const { number: line, bytes } of run.value) {
      if (!wanted.has(line)) continue;
      const parsed = parseLine(bytes.toString('utf8'), schema.key);
      if (parsed instanceof LineProblem) throw new TypeError(`a checked line is no item: ${parsed.problem}`);
      const taken = takeItem({ item: parsed.item, line, length: bytes.length });
      if (taken !== undefined) await taken;
    }
  }
}
