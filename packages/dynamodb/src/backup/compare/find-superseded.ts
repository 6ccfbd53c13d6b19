import type { KeyPartitions } from './key-partitions.ts';
import { LineSet } from './line-set.ts';

/**
 * The lines whose item a later line of the same key replaces.
 * @param keys the key of each line in the order of the file, with the line's number as note
 */
export async function findSuperseded(keys: KeyPartitions): Promise<LineSet> {
  const superseded = new LineSet();
  for await (const entries of keys.partitions()) {
    const lastLines = new Map<string, number>();
    for (const { key, note } of entries) {
      const earlier = lastLines.get(key);
      if (earlier !== undefined) superseded.add(earlier);
      lastLines.set(key, Number(note));
    }
  }
  return superseded;
}
