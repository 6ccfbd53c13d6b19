import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
} from '@cumulus/dynamodb';
import {
  RecordAlreadyExistsError,
  RecordDoesNotExistError,
  type RecordKey,
  SchemaValidationError,
  type Violation,
} from '../errors.ts';
import { decodeCursor, encodeCursor, positionInTable } from '../lists/cursor.ts';
import { checkLimit, type PageOptions, RecordList } from '../lists/record-list.ts';
import type { RecordType } from '../schemas/record-type.ts';

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
    const checked = this.#type.check(record);
    this.#refuse(record, checked.violations);
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
    const item = await this.findItem(this.keyOf(key));
    return item === undefined ? undefined : this.unseal(item);
  }

  async exists(key: Pick<R, K>): Promise<boolean> {
    return (await this.find(key)) !== undefined;
  }

  /**
   * Changes single fields of a record; all others stay as they are.
   * @param remove fields that the record shall no longer have
   * @returns the record as it is then
   * @throws SchemaValidationError with all that is wrong with the changes, and with what the record would then be
   * @throws RecordDoesNotExistError
   */
  async update(key: Pick<R, K>, changes: ChangesOf<R, K>, remove: readonly string[] = []): Promise<R> {
    const itemKey = this.keyOf(key);
    const set = definedFields(changes);
    const named = [...Object.keys(set), ...remove];
    this.#refuse(itemKey, [...this.#violationsOfNames(named), ...violationsOfBoth(set, remove)]);
    const ruled = this.#type.ruledFields.some((field) => named.includes(field));
    for (;;) {
      const stored = ruled ? await this.#found(itemKey) : undefined;
      await this.#check(itemKey, stored, (known) => this.#type.checkChanges(changes as never, remove, known));
      // What the rules between fields were checked against must still be so when the change is written.
      const seen = ruled ? this.#type.ruledFields.map((field) => conditions.equals(field, stored?.[field])) : [];
      const sealed = await this.#sealNew(itemKey, set);
      const removed = [...new Set(remove)];
      const record = await this.#change(itemKey, { set: { ...sealed, ...this.#touched() }, remove: removed }, seen);
      if (record !== undefined) return record;
    }
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
    const checked = await this.#check(itemKey, undefined, (known) => {
      const { record: whole, violations } = this.#type.check(record, known);
      return { whole, violations: [...violations, ...this.#type.checkChanges({}, remove, known).violations] };
    });
    const own = [...this.#type.key, 'createdAt', 'updatedAt'];
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

  /** Reads any number of records, in the order of the keys; those that do not exist are left out. */
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
      const after = at === undefined ? undefined : positionInTable(decodeCursor(this.table, at), this.#type.key);
      const page = await scanPageOfItems({ ...this.context, limit, after, consistent });
      return {
        records: await Promise.all(page.items.map((item) => this.unseal(item))),
        cursor: page.next === undefined ? undefined : encodeCursor(this.table, page.next),
      };
    }, cursor);
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

  /** Conditions on other tables' items, without which a record with these fields is not written. */
  protected async guards(_fields: PlainItem): Promise<readonly Guard[]> {
    return [];
  }

  /** The fields of a key alone. */
  protected keyOf(key: object): RecordKey {
    const fields = key as { readonly [field: string]: unknown };
    const problems = this.#type.key.filter((field) => typeof fields[field] !== 'string' || fields[field] === '');
    this.#refuse(
      key,
      problems.map((path) => ({ path, message: 'is part of the key: a text that is not empty' })),
    );
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
    check: (stored: PlainItem | undefined) => C,
  ): Promise<C> {
    const checked = check(stored);
    if (checked.violations.length === 0) return checked;
    const known = stored ?? (await this.findItem(key));
    const again = known === undefined ? checked : check(known);
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

  #violationsOfNames(fields: readonly string[]): readonly Violation[] {
    const own: readonly string[] = [...this.#type.key, 'createdAt', 'updatedAt'];
    return fields.filter((field) => own.includes(field)).map((path) => ({ path, message: 'cannot be changed' }));
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

function definedFields(fields: object): PlainItem {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
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
