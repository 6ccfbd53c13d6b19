import { isObject } from '@cumulus/dynamodb/aws';
import { TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { Budget } from '../lists/budget.ts';
import { countByStatus, type StatusCounts } from '../lists/kept-count.ts';
import { type NewestOptions, type NewestOptionsOf, newestPage } from '../lists/newest.ts';
import type { RecordFilter, RecordFilterOf } from '../lists/record-filter.ts';
import { RecordList } from '../lists/record-list.ts';
import type { SearchOptions, SearchOptionsOf, SearchPage } from '../lists/record-search.ts';
import { search } from '../lists/search.ts';
import type { SearchedTable } from '../lists/searched-table.ts';
import type { RecordType } from '../schemas/record-type.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/** A context with what is known of how many records there are. */
export interface ListedContext extends ModelContext {
  /**
   * Counts the records that lack a field by which an index orders them, or a status; undefined where that is not known.
   * Without it every list that comes to its end looks through the table for them.
   */
  readonly countLacking?: ((field: string) => Promise<number | undefined>) | undefined;
  /** Counts records of a collection by status; undefined where that is not known. */
  readonly countMatching?: SearchedTable['countMatching'] | undefined;
  /** Counts those of a span of time, but for its ends. */
  readonly countInTime?: SearchedTable['countInTime'] | undefined;
}

/** How the records of a type are listed. */
export type Listing = Pick<SearchedTable, 'statuses'>;

/** A model whose records can be listed by the indexes of their table. */
export class ListedModel<R extends object, N extends object, K extends keyof R & string> extends RecordModel<R, N, K> {
  constructor(type: RecordType<R, K>, { statuses }: Listing, context: ListedContext) {
    const unknown = async () => undefined;
    const { countMatching = unknown, countInTime = unknown, countLacking = unknown } = context;
    const { indexes = [] } = TABLE_DEFINITIONS.find(({ name }) => name === type.table) ?? {};
    super(type, context, { statuses, indexes, countMatching, countInTime, countLacking });
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
   * @throws RangeError for times and limits that are no numbers, and a provider where records name none
   */
  newest(options: NewestOptionsOf<R> = {}): RecordList<R> {
    return new RecordList(
      async (cursor) => newestPage(this.searched, { ...(options as NewestOptions), cursor }),
      options.cursor,
    );
  }

  /**
   * As for every record. By the key, or by an index, whatever the table's size, where there is one for the search: each
   * order and filter that dashboards offer. Else by reading, in the order that is wanted if an index has it.
   */
  override async search(options: SearchOptionsOf<R>): Promise<SearchPage<R>> {
    return search(this.searched, options as SearchOptions);
  }

  /**
   * How many records pass filters by status, collection and time, out of the kept counts: as fast for many records as for few.
   * @returns undefined for other filters, and where the kept counts are not there, or may be wrong
   */
  async countByStatus(filters: readonly RecordFilterOf<R>[]): Promise<StatusCounts | undefined> {
    const { searched } = this;
    return searched.known.retrying(() =>
      countByStatus(searched, filters as readonly RecordFilter[], new Budget(searched.budget)),
    );
  }
}
