import type { SearchBudget } from './budget.ts';
import type { RecordField } from './record-field.ts';
import type { RecordFilter, RecordFilterOf } from './record-filter.ts';
import type { SortField } from './record-order.ts';

/** The records to find, their order, and the portion to return. */
export interface SearchOptions<Filter = RecordFilter, Field extends string = string> {
  /** All of which a record has to pass. */
  readonly filters?: readonly Filter[] | undefined;
  /**
   * The fields to sort by, the first one first; the newest first unless given: by `timestamp`, in place of which
   * configuration has its `updatedAt`. A record that lacks a field comes last, in either order. A field that records of the
   * type do not have sorts nothing.
   */
  readonly sort?: readonly SortField<Field>[] | undefined;
  /** Records on a page. */
  readonly limit: number;
  /** Which page, from 1 on. Where records are written meanwhile, pages can repeat and skip some. */
  readonly page?: number | undefined;
  /**
   * In place of `page`, the page after the one that gave this. It neither repeats nor skips a record, as long as that one is
   * not itself written meanwhile, which moves it to the front.
   */
  readonly cursor?: string | undefined;
  /** Whether the first page may do without the count, as the pages after a cursor do. */
  readonly uncounted?: boolean | undefined;
  /** How much may be read for the page; half a second and 500 read units unless given. */
  readonly budget?: SearchBudget | undefined;
}

/** A search of records of a known type, whose fields and values it names; see {@link RecordFilterOf}. */
export type SearchOptionsOf<R> = SearchOptions<RecordFilterOf<R>, RecordField<R>>;

/** A page of what was found. */
export interface SearchPage<R> {
  /** There can be fewer than were asked for, even none, with more to come: only a missing cursor means the end. */
  readonly records: readonly R[];
  /**
   * How many records pass the filters, on all pages together; undefined where it was not counted. Of a search that is not
   * complete it is how many were found so far.
   */
  readonly count: number | undefined;
  /**
   * Whether everything was looked through that the page and the count depend on. If not, the search looked only so far, as
   * its budget allows; the cursor goes on.
   */
  readonly complete: boolean;
  /**
   * How far a search looked that is not complete: the value of the field that it is sorted by. Undefined where it looks in
   * another order than that; then what was found is sorted, and what is found later may come before it.
   */
  readonly searchedUntil: string | number | undefined;
  /** Asks for the next page; undefined after the last. */
  readonly cursor: string | undefined;
}
