import type { FieldText } from './record-field.ts';
import type { RecordFilter } from './record-filter.ts';
import type { PageOptions, RecordPage } from './record-list.ts';
import { TIME } from './record-order.ts';
import { search } from './search.ts';
import type { SearchedTable } from './searched-table.ts';

/** What a list of the newest records is narrowed to, and its order. */
export interface NewestOptions<Status extends string = string, Provider extends string = string> extends PageOptions {
  readonly status?: Status | undefined;
  /** `name___version`. */
  readonly collectionId?: string | undefined;
  /** A provider's id; for granules and PDRs. */
  readonly provider?: Provider | undefined;
  /** The first and the last `timestamp` that belong to the list, in milliseconds since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `desc`, the newest first, unless given. */
  readonly order?: 'asc' | 'desc' | undefined;
}

/** A list of records of a known type: of a status that they can have, and of a provider if they name one. */
export type NewestOptionsOf<R> = NewestOptions<FieldText<R, 'status'>, FieldText<R, 'provider'>>;

const DEFAULT_LIMIT = 100;

/**
 * Reads a page of the newest records: a search by time.
 * @throws InvalidCursorError where the cursor is not of a list with these options
 * @throws RangeError for options that say nothing
 */
export async function newestPage<R extends object>(
  table: SearchedTable<R>,
  options: NewestOptions,
): Promise<RecordPage<R>> {
  checkOptions(table, options);
  const { status, collectionId, provider, from, to, order = 'desc', limit = DEFAULT_LIMIT, cursor } = options;
  const values = Object.entries({ status, collectionId, provider }).flatMap(([field, value]): RecordFilter[] =>
    value === undefined ? [] : [{ kind: 'is', field, values: [value] }],
  );
  const range: RecordFilter = { kind: 'range', field: TIME, from: from?.toString(), to: to?.toString() };
  const { records, cursor: next } = await search(table, {
    filters: [...values, ...(from === undefined && to === undefined ? [] : [range])],
    sort: [{ field: TIME, order }],
    ...{ limit, cursor, uncounted: true },
  });
  return { records, cursor: next };
}

/** @throws RangeError for options that say nothing */
function checkOptions({ fields }: SearchedTable, { from, to, order, provider }: NewestOptions): void {
  for (const [name, time] of Object.entries({ from, to })) {
    if (time !== undefined && !Number.isFinite(time)) {
      throw new RangeError(`${name} is a time in milliseconds since 1970, not ${String(time)}.`);
    }
  }
  if (order !== undefined && !['asc', 'desc'].includes(order)) throw new RangeError(`There is no order ${order}.`);
  if (provider !== undefined && !fields.includes('provider'))
    throw new RangeError('These records name no provider to list them by.');
}
