import type { Models } from '@cumulus/models';
import type { GranuleSelection } from './bulk-request.ts';
import { searchPage } from './found-granules.ts';

/** How many of the granules that are meant there are. */
export interface CountedGranules {
  readonly there: number;
  /** Those that were named, and are not there. */
  readonly absent: readonly string[];
}

/** Counts the granules that are meant, without keeping anything. One that is written meanwhile may count twice. */
export async function countGranules(
  selection: GranuleSelection,
  granules: Models['granules'],
  abortSignal: AbortSignal,
): Promise<CountedGranules> {
  if ('granules' in selection) {
    const ids = [...new Set(selection.granules.map(({ granuleId }) => granuleId))];
    const found = new Set<string>();
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
      abortSignal.throwIfAborted();
      const keys = ids.slice(start, start + IDS_AT_ONCE).map((granuleId) => ({ granuleId }));
      for (const { granuleId } of await granules.batchGet(keys)) found.add(granuleId);
    }
    return { there: found.size, absent: ids.filter((id) => !found.has(id)) };
  }
  let there = 0;
  let cursor: string | undefined;
  do {
    abortSignal.throwIfAborted();
    const page = await searchPage(granules, selection.filters, cursor);
    there += page.records.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { there, absent: [] };
}

const IDS_AT_ONCE = 1_000;
