import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isObject } from '@cumulus/dynamodb/aws';
import {
  type Changes,
  type Check,
  type Condition,
  conditions,
  deleteItems,
  getItems,
  type Outcome,
  type PlainItem,
  type Put,
  scanPageOfItems,
  type Update,
  writeIf,
  writeTogether,
} from '@cumulus/dynamodb/items';
import {
  RecordAlreadyExistsError,
  RecordDoesNotExistError,
  type RecordKey,
  SchemaValidationError,
  type Violation,
} from '../errors.ts';
import { ExpressionSearch } from '../expressions/expression-search.ts';
import { decodeCursor, encodeCursor, positionInTable } from '../lists/cursor.ts';
import { checkLimit, type PageOptions, RecordList } from '../lists/record-list.ts';
import { type SearchOptions, type SearchPage, searchByReading } from '../lists/record-search.ts';
import { definedFields } from '../schemas/defined-fields.ts';
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
}

/** Changes to a record: fields with their new values. The key and what the model keeps cannot be changed. */
export type ChangesOf<R extends object, K extends keyof R> = Partial<Omit<R, K | 'createdAt' | 'updatedAt'>>;

export interface ListOptions extends PageOptions {
  /** Whether to read strongly consistent: every write that has been answered is seen, at twice the cost. */
  readonly consistent?: boolean | undefined;
}

/** What a search asks of its table at once. */
const READ_AT_ONCE = 1_000;

/** A page of a plain list holds so many records unless told otherwise. */
const PAGE_SIZE = 100;

/**
 * Reads and writes the records of one type. Every write is checked against the record's schema first, and is conditional,
 * so that of two writers at once neither undoes what the other did: attributes that a write does not name stay as they
 * are, also those that no schema knows.
 *
 * `createdAt` and `updatedAt` are kept by the model, in milliseconds since 1970.
 *
 * @typeParam R a record as the table holds it
 * @typeParam N a record as it is given to be written: without what the model keeps, and what has a default
 * @typeParam K the fields of the key
 */
export class RecordModel<R extends object, N extends object, K extends keyof R & string> {
  protected readonly context: ModelContext;
  readonly #type: RecordType<R, N, K>;

  constructor(type: RecordType<R, N, K>, context: ModelContext) {
    this.#type = type;
    this.context = context;
  }

  /** The physical name of the table. */
  get table(): string {
    return this.context.table;
  }

  /**
   * Writes a new record.
   * @returns the record as it is now in the table
   * @throws SchemaValidationError with all that is wrong
   * @throws RecordAlreadyExistsError if there is a record of this key; it stays as it is
   */
  async create(record: N): Promise<R> {
    const checked = await this.#type.check(record);
    this.#refuse(isObject(record) ? record : {}, checked.violations);
    const now = this.context.now();
    const given = definedFields(checked.record);
    const item = await this.seal(this.#type.hasTimes ? { createdAt: now, ...given, updatedAt: now } : given);
    const put: Put = { kind: 'put', table: this.table, item, conditions: [conditions.absent(this.#hashKey)] };
    const written = await this.#write(put, await this.guards(item));
    if (!written.done) throw new RecordAlreadyExistsError(this.#type.name, this.keyOf(record));
    return this.unseal(item);
  }

  /**
   * Reads a record, strongly consistent.
   * @throws RecordDoesNotExistError
   */
  async get(key: Pick<R, K>): Promise<R> {
    const record = await this.find(key);
    if (record === undefined) throw new RecordDoesNotExistError(this.#type.name, this.keyOf(key));
    return record;
  }

  /** Like {@link get}, with undefined where there is no such record. */
  async find(key: Pick<R, K>): Promise<R | undefined> {
    return this.findInTable(key);
  }

  /** A record by what the table alone holds of it. */
  protected async findInTable(key: Pick<R, K>): Promise<R | undefined> {
    const item = await this.findItem(this.keyOf(key));
    return item === undefined ? undefined : this.unseal(item);
  }

  async exists(key: Pick<R, K>): Promise<boolean> {
    return (await this.findItem(this.keyOf(key))) !== undefined;
  }

  /**
   * Changes single fields of a record; all others stay as they are. What comes out of the record itself, a list with one
   * more member for instance, is {@link modify}'s to change.
   * @param changes fields with their new values; fields of the key, and times, may be among them as they are
   * @param remove fields that the record shall no longer have
   * @returns the record as it is then
   * @throws SchemaValidationError with all that is wrong with the changes, and with what the record would then be
   * @throws RecordDoesNotExistError
   */
  async update(key: Pick<R, K>, changes: ChangesOf<R, K>, remove: readonly string[] = []): Promise<R> {
    for (;;) {
      const record = await this.#tryUpdate(key, changes, remove, []);
      if (record !== undefined) return record;
    }
  }

  /**
   * Changes a record by what it holds: reads it, has the changes made out of it, and writes them if the record is still
   * as it was read; otherwise begins again. So of two who each add a member to a list, neither loses his.
   * @param change makes the changes; undefined for none. It may be called several times
   * @returns the record as it is then
   * @throws as {@link update} does, and whatever `change` throws
   */
  async modify(
    key: Pick<R, K>,
    change: (record: R) => ChangesOf<R, K> | undefined | Promise<ChangesOf<R, K> | undefined>,
  ): Promise<R> {
    for (;;) {
      // Reading may migrate what an earlier release stored; what is compared with comes after that.
      await this.findInTable(key);
      const item = await this.#found(this.keyOf(key));
      const record = await this.unseal(item);
      const changes = await change(record);
      if (changes === undefined) return record;
      const fields = [...Object.keys(changes), 'updatedAt'];
      const seen = [...new Set(fields)].map((field) => conditions.equals(field, item[field]));
      const changed = await this.#tryUpdate(key, changes, [], seen);
      if (changed !== undefined) return changed;
    }
  }

  /** Like {@link update}, with undefined if the record is no longer as it was seen. */
  async #tryUpdate(
    key: Pick<R, K>,
    given: ChangesOf<R, K>,
    remove: readonly string[],
    seen: readonly Condition[],
  ): Promise<R | undefined> {
    const itemKey = this.keyOf(key);
    if (!isObject(given)) this.#refuse(itemKey, (await this.#type.checkChanges(given)).violations);
    const changes = await this.#withoutOwn(itemKey, given);
    const set = definedFields(changes);
    const named = [...Object.keys(set), ...remove];
    this.#refuse(itemKey, [...this.#violationsOfNames(named), ...violationsOfBoth(set, remove)]);
    const ruled = this.#type.ruledFields.some((field) => named.includes(field));
    const stored = ruled ? await this.#found(itemKey) : undefined;
    await this.#check(itemKey, stored, (known, search) =>
      this.#type.checkChanges(changes as never, remove, known, search),
    );
    // What the rules between fields were checked against must still be so when the change is written.
    const rules = ruled ? this.#type.ruledFields.map((field) => conditions.equals(field, stored?.[field])) : [];
    const touched = { ...(await this.#sealNew(itemKey, set)), ...this.#touched() };
    const removed = [...new Set(remove)];
    // DynamoDB knows no update of nothing.
    if (Object.keys(touched).length === 0 && removed.length === 0) return this.unseal(await this.#found(itemKey));
    return this.#change(itemKey, { set: touched, remove: removed }, [...seen, ...rules]);
  }

  /** Changes without the fields that cannot be changed, where these are given as they are. */
  async #withoutOwn(key: RecordKey, changes: object): Promise<PlainItem> {
    const own = this.#ownFields.filter((field) => Object.hasOwn(changes, field));
    const fields = changes as PlainItem;
    if (own.length === 0) return fields;
    const stored = await this.#found(key);
    return omit(
      fields,
      own.filter((field) => fields[field] === stored[field]),
    );
  }

  /**
   * Writes a record over the one of its key. Known fields that are left out are removed; `createdAt` stays, and so do
   * fields that no schema knows.
   * @param remove fields that are removed although they would stay when they are left out; also where the record has them
   * @returns the record as it is then
   * @throws SchemaValidationError with all that is wrong
   * @throws RecordDoesNotExistError
   */
  async replace(record: N, remove: readonly string[] = []): Promise<R> {
    const itemKey = this.keyOf(record);
    this.#refuse(itemKey, this.#violationsOfNames(remove));
    const checked = await this.#check(itemKey, undefined, async (known, search) => {
      const { record: whole, violations } = await this.#type.check(record, known, search);
      const ofRemoval = await this.#type.checkChanges({}, remove, known, search);
      return { whole, violations: [...violations, ...ofRemoval.violations] };
    });
    const own = this.#ownFields;
    const given = omit(definedFields(checked.whole), [...own, ...remove]);
    const set = await this.#sealNew(itemKey, given);
    const kept = this.keptWhenLeftOut.filter((field) => !remove.includes(field));
    const stays = [...Object.keys(given), ...own, ...kept];
    const changes: Changes = {
      set: { ...set, ...this.#touched() },
      setIfAbsent: this.#type.hasTimes ? { createdAt: this.context.now() } : {},
      remove: [...new Set([...this.#type.fields.filter((field) => !stays.includes(field)), ...remove])],
    };
    return (await this.#change(itemKey, changes, [])) as R;
  }

  /** Deletes a record, and tells whether there was one. */
  async delete(key: Pick<R, K>): Promise<boolean> {
    const itemKey = this.keyOf(key);
    const outcome = await writeIf(this.context.client, {
      kind: 'delete',
      table: this.table,
      key: itemKey,
      conditions: [conditions.exists(this.#hashKey)],
    });
    return outcome.done;
  }

  /**
   * Reads any number of records, in the order of the keys; those that do not exist are left out, and one that is asked for
   * twice comes twice.
   */
  async batchGet(keys: readonly Pick<R, K>[]): Promise<readonly R[]> {
    const wanted = keys.map((key) => this.keyOf(key));
    const items = await getItems({ ...this.context, consistent: true }, wanted);
    const identityOf = (item: PlainItem): string => JSON.stringify(this.#type.key.map((field) => item[field]));
    const byKey = new Map(items.map((item): [string, PlainItem] => [identityOf(item), item]));
    const found = wanted.map((key) => byKey.get(identityOf(key))).filter((item) => item !== undefined);
    return Promise.all(found.map((item) => this.unseal(item)));
  }

  /** Deletes any number of records, whether they exist or not. */
  async batchDelete(keys: readonly Pick<R, K>[]): Promise<void> {
    await deleteItems(
      this.context,
      keys.map((key) => this.keyOf(key)),
    );
  }

  /**
   * All records, in no order that means anything, page by page as they are asked for.
   * @throws InvalidCursorError where the cursor is not of this list
   */
  list({ limit = PAGE_SIZE, cursor, consistent }: ListOptions = {}): RecordList<R> {
    return new RecordList(async (at) => {
      checkLimit(limit);
      if (at === undefined) await this.beforeListing();
      const after =
        at === undefined
          ? undefined
          : positionInTable(await this.shownPosition(decodeCursor(this.table, at)), this.#type.key);
      const page = await scanPageOfItems({ ...this.context, limit, after, consistent });
      return {
        records: await Promise.all(page.items.map((item) => this.listed(item))),
        cursor: page.next === undefined ? undefined : encodeCursor(this.table, await this.hiddenPosition(page.next)),
      };
    }, cursor);
  }

  /**
   * The records that pass some filters, sorted, a page of them.
   * @throws SearchTooBroadError where too many would have to be read for that; InvalidCursorError
   */
  async search(options: SearchOptions): Promise<SearchPage<R>> {
    const advice = `No search through more ${this.#type.name} records than that is offered.`;
    return this.searchIn(this.list({ limit: READ_AT_ONCE }), options, advice);
  }

  /** Searches by reading all of these. @param advice what to do where they are too many */
  protected async searchIn(records: RecordList<R>, options: SearchOptions, advice: string): Promise<SearchPage<R>> {
    return searchByReading(records, options, { name: this.table, key: this.#type.key, advice });
  }

  /**
   * Fields that {@link replace} leaves as they are where the new record does not have them: those that are stored
   * otherwise than they were given, and that no answer need show.
   */
  protected get keptWhenLeftOut(): readonly string[] {
    return [];
  }

  /**
   * Fields that are stored otherwise than they are given, and read as they are stored. One that comes back as it is stored
   * stays so.
   */
  protected get sealedFields(): readonly string[] {
    return this.keptWhenLeftOut;
  }

  /** A key as errors show it. */
  protected shownKey(key: RecordKey): RecordKey {
    return key;
  }

  /** What the table holds for a record, or for some fields of one: its secrets encrypted or hashed. */
  protected async seal(fields: PlainItem): Promise<PlainItem> {
    return fields;
  }

  /** The record that an item holds. */
  protected async unseal(item: PlainItem): Promise<R> {
    return item as never;
  }

  /** What is done before the first page of a list is read. */
  protected async beforeListing(): Promise<void> {}

  /** The record that an item of a list holds. */
  protected async listed(item: PlainItem): Promise<R> {
    return this.unseal(item);
  }

  /** A place in the table as a cursor holds it, which is handed around. */
  protected async hiddenPosition(position: PlainItem): Promise<PlainItem> {
    return position;
  }

  /** The place in the table that {@link hiddenPosition} made this of. */
  protected async shownPosition(position: unknown): Promise<unknown> {
    return position;
  }

  /** Conditions on other tables' items, without which a record with these fields is not written. */
  protected async guards(_fields: PlainItem): Promise<readonly Guard[]> {
    return [];
  }

  /** The fields of a key alone. */
  protected keyOf(key: object): RecordKey {
    if (!isObject(key)) this.#refuse({}, [{ path: '', message: 'must be an object' }]);
    const fields = key as { readonly [field: string]: unknown };
    const problems = this.#type.key.flatMap((path, index) => {
      const [value, most] = [fields[path], index === 0 ? MAX_HASH_KEY_BYTES : MAX_RANGE_KEY_BYTES];
      if (typeof value !== 'string' || value === '')
        return [{ path, message: 'is part of the key: a text that is not empty' }];
      return bytesOf(value) <= most ? [] : [{ path, message: `must not be longer than ${most} bytes` }];
    });
    this.#refuse(key, problems);
    return Object.fromEntries(this.#type.key.map((field) => [field, fields[field] as string]));
  }

  /** The item of a key, read strongly consistent. */
  protected async findItem(key: RecordKey): Promise<PlainItem | undefined> {
    return (await getItems({ ...this.context, consistent: true }, [key]))[0];
  }

  async #found(key: RecordKey): Promise<PlainItem> {
    const item = await this.findItem(key);
    if (item === undefined) throw new RecordDoesNotExistError(this.#type.name, key);
    return item;
  }

  /**
   * Checks a record or changes, and if that ends in violations once more against what is stored, which only ever allows
   * more: fields that no schema knows, where the table has them.
   */
  async #check<C extends { readonly violations: readonly Violation[] }>(
    key: RecordKey,
    stored: PlainItem | undefined,
    check: (stored: PlainItem | undefined, search: ExpressionSearch) => Promise<C>,
  ): Promise<C> {
    const search = new ExpressionSearch();
    const checked = await check(stored, search);
    if (checked.violations.length === 0) return checked;
    const known = stored ?? (await this.findItem(key));
    const again = known === undefined ? checked : await check(known, search);
    this.#refuse(key, again.violations);
    return again;
  }

  /** Seals fields, but for those that come back just as they are stored: they are sealed already, and stay. */
  async #sealNew(key: RecordKey, fields: PlainItem): Promise<PlainItem> {
    const secret = this.sealedFields.filter((field) => field in fields);
    if (secret.length === 0) return this.seal(fields);
    const item = await this.findItem(key);
    // So what an earlier release stored in the clear is sealed first, and the row is never half the one, half the other.
    const stored = item === undefined ? undefined : ((await this.unseal(item)) as PlainItem);
    return this.seal(
      omit(
        fields,
        secret.filter((field) => fields[field] === stored?.[field]),
      ),
    );
  }

  /** Changes an item that exists. Undefined if it is no longer what the caller saw. */
  async #change(key: RecordKey, changes: Changes, seen: readonly Condition[]): Promise<R | undefined> {
    const update: Update = {
      kind: 'update',
      table: this.table,
      key,
      changes,
      conditions: [conditions.exists(this.#hashKey), ...seen],
    };
    const outcome = await this.#write(update, await this.guards(changes.set ?? {}));
    if (outcome.done) return this.unseal(outcome.after ?? (await this.#found(key)));
    if (outcome.present === undefined) throw new RecordDoesNotExistError(this.#type.name, key);
    return undefined;
  }

  /** Does a write, together with the conditions on other items that it depends on. */
  async #write(write: Put | Update, guards: readonly Guard[]): Promise<Outcome> {
    const { client } = this.context;
    if (guards.length === 0) return writeIf(client, write);
    const outcome = await writeTogether(client, [write, ...guards.map((guard) => guard.write)]);
    if (outcome.done) return { done: true, before: undefined, after: undefined };
    const own = outcome.failed.find(({ index }) => index === 0);
    if (own !== undefined) return { done: false, present: own.present };
    throw guards[(outcome.failed[0]?.index ?? 1) - 1]?.refusal();
  }

  /** The fields that no change may name. */
  get #ownFields(): readonly string[] {
    return [...this.#type.key, 'createdAt', 'updatedAt'];
  }

  #violationsOfNames(fields: readonly string[]): readonly Violation[] {
    return fields
      .filter((field) => this.#ownFields.includes(field))
      .map((path) => ({ path, message: 'cannot be changed' }));
  }

  #touched(): PlainItem {
    return this.#type.hasTimes ? { updatedAt: this.context.now() } : {};
  }

  #refuse(record: object, violations: readonly Violation[]): void {
    if (violations.length === 0) return;
    const given = Object.entries(record).filter(
      ([field, value]) => this.#type.key.includes(field as K) && isText(value),
    );
    throw new SchemaValidationError(this.#type.name, this.shownKey(Object.fromEntries(given)), violations);
  }

  get #hashKey(): string {
    return this.#type.key[0] ?? '';
  }
}

/** A condition on another item, and the error that says that it was not met. */
export interface Guard {
  readonly write: Check;
  readonly refusal: () => Error;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** DynamoDB refuses an update that names a field twice. */
function violationsOfBoth(set: PlainItem, remove: readonly string[]): readonly Violation[] {
  return remove
    .filter((field) => Object.hasOwn(set, field))
    .map((path) => ({ path, message: 'cannot be both changed and removed' }));
}

function omit(fields: PlainItem, names: readonly string[]): PlainItem {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
