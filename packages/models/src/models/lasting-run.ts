import type { PlainItem } from '@cumulus/dynamodb/items';

/**
 * The attribute of a granule or PDR that says which run its lasting fields are of (see `recording/lasting-fields.ts`). It is
 * there only where the record's own status, execution and times do not say it: while a later run is running or has failed.
 */
export const LASTING_RUN = 'lastingRun';

/** A record without the attribute that only recording needs. */
export function withoutLastingRun({ [LASTING_RUN]: _, ...record }: PlainItem): PlainItem {
  return record;
}
