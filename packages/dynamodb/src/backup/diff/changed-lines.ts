import { hash } from 'node:crypto';
import type { TypedItem } from '../../items/typed-item.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { ItemPairs } from '../compare/item-pairs.ts';
import { LineSet } from '../compare/line-set.ts';
import { CorruptBackupError } from '../errors.ts';
import { parseLine } from '../format/line-format.ts';
import { LineProblem } from '../format/line-problem.ts';
import type { BackupSource } from '../read/backup-source.ts';
import type { ItemsOfBoth } from './count-differences.ts';

/** A backup that was read once, and the digest of what was read. */
export interface ReadOnce {
  readonly reader: BackupSource;
  readonly sha256: string;
}

/** The digest of a line as it stands. Lines with the same digest hold the same item; those of another may do so too. */
export function lineDigest(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64');
}

/**
 * The lines of A whose item B has with other values. Most items stand in both backups to the byte, so only lines that differ are
 * read again and compared as values, which takes several times as long as reading them.
 * @param items of both, with {@link lineDigest}
 */
export async function changedLines(
  items: ItemsOfBoth,
  a: ReadOnce,
  b: ReadOnce,
  schema: TableSchema,
  abortSignal: AbortSignal | undefined,
): Promise<LineSet> {
  const [linesOfA, linesOfB, changed] = [new LineSet(), new LineSet(), new LineSet()];
  for await (const pairs of items.pairs()) {
    for (const { left, right } of pairs) {
      if (left?.facts.line === undefined || right?.facts.line === undefined || left.digest === right.digest) continue;
      linesOfA.add(left.facts.line);
      linesOfB.add(right.facts.line);
    }
  }
  if (linesOfA.size === 0) return changed;
  const values: ItemPairs<number, null> = await ItemPairs.create(schema.key, 2 * linesOfA.size);
  try {
    await readAgain(a, linesOfA, schema, abortSignal, (item, line) => values.addLeft(item, line));
    await readAgain(b, linesOfB, schema, abortSignal, (item) => values.addRight(item, null));
    for await (const pairs of values.pairs()) {
      for (const { left, right } of pairs) {
        if (left !== undefined && left.digest !== right?.digest) changed.add(left.facts);
      }
    }
    return changed;
  } finally {
    await values.close();
  }
}

/** @throws CorruptBackupError if it is not what was read before */
async function readAgain(
  { reader, sha256 }: ReadOnce,
  wanted: LineSet,
  schema: TableSchema,
  abortSignal: AbortSignal | undefined,
  takeItem: (item: TypedItem, line: number) => Promise<void> | undefined,
): Promise<void> {
  const lines = reader.lines({ schema });
  for (;;) {
    abortSignal?.throwIfAborted();
    const run = await lines.next();
    if (run.done) {
      if (run.value.sha256 === sha256) return;
      throw new CorruptBackupError(`${reader.name} was altered while it was compared.`, ['Compare it again.']);
    }
    for (const { number, bytes } of run.value) {
      if (!wanted.has(number)) continue;
      const parsed = parseLine(bytes.toString('utf8'), schema.key);
      if (parsed instanceof LineProblem) throw new TypeError(`a checked line is no item: ${parsed.problem}`);
      const taken = takeItem(parsed.item, number);
      if (taken !== undefined) await taken;
    }
  }
}
