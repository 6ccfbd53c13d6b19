import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isObject } from '@cumulus/dynamodb/aws';
import { getItems, getItemsCoalesced, type PlainItem, scanPageOfItems } from '@cumulus/dynamodb/items';
import { RecordDoesNotExistError, type RecordKey, SchemaValidationError, type Violation } from '../errors.ts';
import { DEFAULT_BUDGET, type SearchBudget } from '../lists/budget.ts';
import { decodeCursor, encodeCursor, positionInTable } from '../lists/cursor.ts';
import { KnownIndexes } from '../lists/known-indexes.ts';
import { PageStarts } from '../lists/page-starts.ts';
import { checkLimit, type PageOptions, RecordList } from '../lists/record-list.ts';
import type { SearchOptions, SearchOptionsOf, SearchPage } from '../lists/record-search.ts';
import { search } from '../lists/search.ts';
import type { SearchedTable } from '../lists/searched-table.ts';
import { byUpdatedTime } from '../lists/updated-time.ts';
import { MAX_HASH_KEY_BYTES, MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import type { RecordType } from '../schemas/record-type.ts';
import { bytesOf } from '../schemas/storage-limits.ts';

/** Where a model's records are. */
export interface ModelContext {
  readonly client: DynamoDBClient;
  /** The physical name of the table. */
  readonly table: string;
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
  /** How much a search may read for one answer; half a second and 500 read units unless given. */
  readonly searchBudget?: SearchBudget | undefined;
  /** Called once for each index that a list needs and the table lacks; a warning of the process unless given. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

export interface ListOptions extends PageOptions {
  /** Whether to read strongly consistent: every write that has been answered is seen, at twice the cost. */
  readonly consistent?: boolean | undefined;
}

/** How many records a page of a plain list holds by default. */
const DEFAULT_LIMIT = 100;

/**
 * Reads the records of one type, by their keys and in lists.
 *
 * @typeParam R a record as the table holds it
 * @typeParam K the fields of the key
 */
export class RecordReader<R extends object, K extends keyof R & string> {
  protected readonly context: ModelContext;
  protected readonly type: RecordType<R, K>;
  protected readonly searched: SearchedTable<R>;

  /** @param listing what is special about lists of these records */
  constructor(type: RecordType<R, K>, context: ModelContext, listing: Partial<SearchedTable<R>> = {}) {
    this.type = type;
    this.context = context;
    const { client, table, searchBudget = DEFAULT_BUDGET, onWarning = (text) => process.emitWarning(text) } = context;
    this.searched = {
      ...{ client, table, key: type.key, fields: type.fields, indexes: [], statuses: [], budget: searchBudget },
      known: new KnownIndexes(onWarning),
      pageStarts: new PageStarts(),
      recordOf: (item) => this.unseal(item),
      countMatching: async () => undefined,
      countInTime: async () => undefined,
      countLacking: async () => undefined,
      ...listing,
    };
  }

  /** The physical name of the table. */
  get table(): string {
    return this.context.table;
  }

  /**
   * Reads a record, strongly consistent.
   * @throws RecordDoesNotExistError
   */
  async get(key: Pick<R, K>): Promise<R> {
    const record = await this.find(key);
    if (record === undefined) throw new RecordDoesNotExistError(this.type.name, this.keyOf(key));
    return record;
  }

  /** Like {@link get}, with undefined where there is no such record. */
  async find(key: Pick<R, K>): Promise<R | undefined> {
    const item = await this.findItem(this.keyOf(key));
    return item === undefined ? undefined : this.unseal(item);
  }

  async exists(key: Pick<R, K>): Promise<boolean> {
    return (await this.findItem(this.keyOf(key))) !== undefined;
  }

  /**
   * Reads any number of records, in the order of the keys; those that do not exist are left out, and one that is asked for
   * twice comes twice.
   */
  async batchGet(keys: readonly Pick<R, K>[]): Promise<readonly R[]> {
    const wanted = keys.map((key) => this.keyOf(key));
    const items = await getItems({ ...this.context, consistent: true }, wanted);
    const identityOf = (item: PlainItem): string => JSON.stringify(this.type.key.map((field) => item[field]));
    const byKey = new Map(items.map((item): [string, PlainItem] => [identityOf(item), item]));
    const found = wanted.map((key) => byKey.get(identityOf(key))).filter((item) => item !== undefined);
    return Promise.all(found.map((item) => this.unseal(item)));
  }

  /**
   * All records, in no particular order, page by page as they are asked for.
   * @throws InvalidCursorError where the cursor is not of this list
   */
  list({ limit = DEFAULT_LIMIT, cursor, consistent }: ListOptions = {}): RecordList<R> {
    return new RecordList(async (at) => {
      checkLimit(limit);
      const after = at === undefined ? undefined : positionInTable(decodeCursor(this.table, at), this.type.key);
      const page = await scanPageOfItems({ ...this.context, limit, after, consistent });
      return {
        records: await Promise.all(page.items.map((item) => this.unseal(item))),
        cursor: page.next === undefined ? undefined : encodeCursor(this.table, page.next),
      };
    }, cursor);
  }

  /**
   * One page of the records that pass some filters, sorted. Their `timestamp` is their `updatedAt`, unless they have one by
   * their type. It reads as much as its budget allows, and says if that was not all.
   * @throws InvalidCursorError
   * @throws PageTooFarError for a page that cannot be reached within the budget
   */
  async search(options: SearchOptionsOf<R>): Promise<SearchPage<R>> {
    return search(this.searched, byUpdatedTime(options as SearchOptions));
  }

  /** The record that an item holds. */
  protected async unseal(item: PlainItem): Promise<R> {
    // Rows are not checked when they are read: what other releases wrote stays readable.
    return item as R;
  }

  /** The fields of a key alone. @throws SchemaValidationError */
  protected keyOf(key: unknown): RecordKey {
    if (!isObject(key))
      throw new SchemaValidationError(this.type.name, {}, [{ path: '', message: 'must be an object' }]);
    const problems = this.type.key.flatMap((path, index) => {
      const [value, max] = [key[path], index === 0 ? MAX_HASH_KEY_BYTES : MAX_RANGE_KEY_BYTES];
      if (!isText(value) || value === '') return [{ path, message: 'is part of the key: a text that is not empty' }];
      return bytesOf(value) <= max ? [] : [{ path, message: `must not be longer than ${max} bytes` }];
    });
    this.refuse(key, problems);
    return Object.fromEntries(this.type.key.map((field) => [field, `${key[field]}`]));
  }

  /** The item of a key, read strongly consistent. */
  protected async findItem(key: RecordKey): Promise<PlainItem | undefined> {
    return (await getItemsCoalesced(this.context, [key]))[0];
  }

  /** Like {@link findItem}. @throws RecordDoesNotExistError */
  protected async getItem(key: RecordKey): Promise<PlainItem> {
    const item = await this.findItem(key);
    if (item === undefined) throw new RecordDoesNotExistError(this.type.name, key);
    return item;
  }

  /** @throws SchemaValidationError if there are violations */
  protected refuse(record: object, violations: readonly Violation[]): void {
    if (violations.length === 0) return;
    const key = Object.entries(record).filter(([field, value]) => this.type.key.includes(field as K) && isText(value));
    throw new SchemaValidationError(this.type.name, Object.fromEntries(key), violations);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
