import { hash } from 'node:crypto';
import { ItemView } from '../../items/text/item-view.ts';
import { ItemPairs } from '../compare/item-pairs.ts';
import { LineSet } from '../compare/line-set.ts';
import { type ReadBefore, readAgain } from '../read/read-again.ts';
import type { ItemsOfBoth } from './count-differences.ts';

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
  a: ReadBefore,
  b: ReadBefore,
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
  const values: ItemPairs<number, null> = await ItemPairs.create(2 * linesOfA.size);
  const view = new ItemView(a.schema.key);
  try {
    await readAgain(a, linesOfA, ({ item, line }) => values.addLeft(view.take(item), line), abortSignal);
    await readAgain(b, linesOfB, ({ item }) => values.addRight(view.take(item), null), abortSignal);
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
