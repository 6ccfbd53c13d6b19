import { isObject } from '@cumulus/dynamodb/aws';
import type { Matching } from '../counts/kept-counts.ts';
import type { ListedTable, NewestOptions } from '../lists/list-plan.ts';
import { newestPage } from '../lists/newest.ts';
import { narrowing, searchNewest } from '../lists/newest-search.ts';
import { RecordList } from '../lists/record-list.ts';
import { isSortedByTime, type SearchOptions, type SearchPage } from '../lists/record-search.ts';
import type { RecordType } from '../schemas/record-type.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/** How many records a search asks its index for at once. */
const PAGE_SIZE = 1_000;

const ADVICE =
  'Add a filter by collectionId, status, provider or timestamp__from that leaves fewer: those are read by an index.';

/** A context with what is known of the records that no list's index has. */
export interface ListedContext extends ModelContext {
  /**
   * Counts the records that the indexes by time do not have; undefined where that is not known. Without it every list
   * that comes to its end looks through the table for them.
   */
  readonly countUnlisted?: (() => Promise<number | undefined>) | undefined;
  /** Counts records of a status and a collection; undefined where that is not known. */
  readonly countMatching?: ((matching: Matching) => Promise<number | undefined>) | undefined;
}

/** How the records of a type are listed. */
export type Listing = Pick<ListedTable, 'statuses' | 'hasProvider' | 'collectionIndex'>;

/** A model whose records can be listed by their time. */
export class ListedModel<R extends object, N extends object, K extends keyof R & string> extends RecordModel<R, N, K> {
  readonly #listed: ListedTable;
  readonly #countMatching: (matching: Matching) => Promise<number | undefined>;

  constructor(type: RecordType<R, K>, listing: Listing, context: ListedContext) {
    super(type, context);
    const { client, table, countUnlisted, countMatching = async () => undefined } = context;
    this.#countMatching = countMatching;
    this.#listed = { ...listing, client, table, key: type.key[0] ?? '', countUnlisted };
  }

  /** As for every record; its `timestamp`, by which it is listed, is now unless given. */
  override async createFrom(record: unknown): Promise<R> {
    return super.createFrom(isObject(record) ? { timestamp: this.context.now(), ...record } : record);
  }

  /** A record that is replaced by one without a time keeps its place in the lists. */
  protected override get keptWhenLeftOut(): readonly string[] {
    return ['timestamp'];
  }

  /**
   * Records by their `timestamp`, the newest first by default; all of them, or those of a status, a
   * collection or a provider. A page takes a few requests, whatever the table's size. Records without a `timestamp`,
   * which earlier releases may have written, come at the end.
   * @throws InvalidCursorError where the cursor is not of a list with these options
   * @throws IndexMissingError where the table does not have its indexes (yet)
   * @throws RangeError for times and limits that are no numbers, and a provider where records name none
   */
  newest(options: NewestOptions = {}): RecordList<R> {
    return new RecordList(async (cursor) => {
      const page = await newestPage(this.#listed, { ...options, cursor });
      return { ...page, records: await Promise.all(page.records.map((item) => this.unseal(item))) };
    }, options.cursor);
  }

  /**
   * As for every record. By an index, whatever the table's size, if it is sorted by `timestamp` and its filter is a value of
   * status, collection or provider, or a range of `timestamp`; of several values each, by the entries of the first. Else by
   * reading what these leave.
   */
  override async search(options: SearchOptions): Promise<SearchPage<R>> {
    const { newest, others } = narrowing(this.#listed, options);
    if (others.length === 0 && isSortedByTime(options.sort)) {
      const page = await searchNewest(this.#listed, newest, options, this.#countMatching);
      return { ...page, records: await Promise.all(page.records.map((item) => this.unseal(item))) };
    }
    const { order: _, ...narrow } = newest;
    const isNarrowed = Object.values(narrow).some((value) => value !== undefined);
    return this.searchIn(
      isNarrowed ? this.newest({ ...narrow, limit: PAGE_SIZE }) : this.list({ limit: PAGE_SIZE }),
      options,
      ADVICE,
    );
  }
}
