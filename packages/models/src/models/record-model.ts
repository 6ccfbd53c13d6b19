import { isObject } from '@cumulus/dynamodb/aws';
import {
  type Changes,
  type Condition,
  conditions,
  deleteItems,
  type Outcome,
  type PlainItem,
  type Put,
  type Update,
  writeIf,
} from '@cumulus/dynamodb/items';
import { RecordAlreadyExistsError, RecordDoesNotExistError, type RecordKey, type Violation } from '../errors.ts';
import { ExpressionSearch } from '../expressions/expression-search.ts';
import { definedFields } from '../schemas/defined-fields.ts';
import { RecordReader } from './record-reader.ts';

/** Changes to a record: fields with their new values. The key and what the model keeps cannot be changed. */
export type ChangesOf<R extends object, K extends keyof R> = Partial<Omit<R, K | 'createdAt' | 'updatedAt'>>;

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
export class RecordModel<R extends object, N extends object, K extends keyof R & string> extends RecordReader<R, K> {
  /**
   * Writes a new record.
   * @returns the record as it is now in the table
   * @throws SchemaValidationError with all that is wrong
   * @throws RecordAlreadyExistsError if there is a record of this key; it stays as it is
   */
  async create(record: N): Promise<R> {
    return this.createFrom(record);
  }

  /** As {@link create}, from what may be of any type, such as the body of a request. */
  async createFrom(record: unknown): Promise<R> {
    return this.createWith(record);
  }

  /**
   * As {@link createFrom}.
   * @param addTo gives what the model adds to a record that was checked, or has otherwise in it
   */
  protected async createWith(record: unknown, addTo: AddToRecord = addNothing): Promise<R> {
    const checked = await this.type.check(record);
    this.refuse(isObject(record) ? record : {}, checked.violations);
    const now = this.context.now();
    const valid = definedFields(checked.record);
    const given = { ...valid, ...(await addTo(valid)) };
    const item = await this.seal(this.type.hasTimes ? { createdAt: now, ...given, updatedAt: now } : given);
    const isNew = conditions.absent(this.#hashKey);
    const written = await this.write({ kind: 'put', table: this.table, item, conditions: [isNew] });
    if (!written.done) throw new RecordAlreadyExistsError(this.type.name, this.keyOf(record));
    return this.unseal(item);
  }

  /**
   * Changes single fields of a record; all others stay as they are. To change a field by what the record holds, such as
   * adding a member to a list, use {@link modify}.
   * @param changes fields with their new values; fields of the key, and times, may be among them as they are
   * @param remove fields to remove from the record
   * @returns the record as it is then
   * @throws SchemaValidationError with all that is wrong with the changes, and with what the record would then be
   * @throws RecordDoesNotExistError
   */
  async update(key: Pick<R, K>, changes: ChangesOf<R, K>, remove: readonly string[] = []): Promise<R> {
    return this.updateFrom(key, changes, remove);
  }

  /** As {@link update}, from what may be of any type, such as the body of a request. */
  async updateFrom(key: Pick<R, K>, changes: unknown, remove: readonly string[] = []): Promise<R> {
    for (;;) {
      const record = await this.#tryUpdate(key, changes, remove, []);
      if (record !== undefined) return record;
    }
  }

  /**
   * Changes a record by what it holds: reads it, calls `change`, and writes the changes if the record is still as it was
   * read; otherwise begins again. So of two who each add a member to a list, neither loses theirs.
   * @param change returns the changes; undefined for none. It may be called several times
   * @returns the record as it is then
   * @throws as {@link update} does, and whatever `change` throws
   */
  async modify(
    key: Pick<R, K>,
    change: (record: R) => ChangesOf<R, K> | undefined | Promise<ChangesOf<R, K> | undefined>,
  ): Promise<R> {
    return this.modifyFrom(key, change);
  }

  /**
   * As {@link modify}, with changes that may be of any type, such as those of a request's body.
   * @param remove fields to remove from the record
   */
  async modifyFrom(
    key: Pick<R, K>,
    change: (record: R) => object | undefined | Promise<object | undefined>,
    remove: readonly string[] = [],
  ): Promise<R> {
    return this.modifyWith(key, change, remove);
  }

  /**
   * As {@link modifyFrom}.
   * @param addTo gives what the model adds to the changes that were checked, by the record as it would then be
   */
  protected async modifyWith(
    key: Pick<R, K>,
    change: (record: R) => object | undefined | Promise<object | undefined>,
    remove: readonly string[] = [],
    addTo: AddToRecord = addNothing,
  ): Promise<R> {
    for (;;) {
      const item = await this.getItem(this.keyOf(key));
      const record = await this.unseal(item);
      const changes = await change(record);
      if (changes === undefined) return record;
      const fields = new Set([...Object.keys(changes), 'updatedAt', ...this.guardedFields]);
      const seen = [...fields].map((field) => conditions.equals(field, item[field]));
      const adding = (set: PlainItem) => addTo({ ...omit(item, remove), ...set }, item);
      const changed = await this.#tryUpdate(key, changes, remove, seen, adding);
      if (changed !== undefined) return changed;
    }
  }

  /** Like {@link update}, with undefined if the record is no longer as it was seen. */
  async #tryUpdate(
    key: Pick<R, K>,
    given: unknown,
    remove: readonly string[],
    seen: readonly Condition[],
    addTo: AddToRecord = addNothing,
  ): Promise<R | undefined> {
    const itemKey = this.keyOf(key);
    if (!isObject(given)) this.refuse(itemKey, (await this.type.checkChanges(given)).violations);
    const changes = await this.#withoutOwn(itemKey, isObject(given) ? given : {});
    const set = definedFields(changes);
    const named = [...Object.keys(set), ...remove];
    this.refuse(itemKey, [...this.#violationsOfNames(named), ...violationsOfBoth(set, remove)]);
    const ruled = this.type.ruledFields.some((field) => named.includes(field));
    const stored = ruled ? await this.getItem(itemKey) : undefined;
    await this.#check(itemKey, stored, (known, search) => this.type.checkChanges(changes, remove, known, search));
    // The fields that the rules were checked against must be unchanged when the change is written.
    const rules = ruled ? this.type.ruledFields.map((field) => conditions.equals(field, stored?.[field])) : [];
    const touched = { ...(await this.#sealNew(itemKey, set)), ...(await addTo(set)), ...this.#touched() };
    const removed = [...new Set(remove)].filter((field) => !Object.hasOwn(touched, field));
    // DynamoDB has no update without changes.
    if (Object.keys(touched).length === 0 && removed.length === 0) return this.unseal(await this.getItem(itemKey));
    return this.#change(itemKey, { set: touched, remove: removed }, [...seen, ...rules]);
  }

  /** Changes without the fields that cannot be changed, where these are given as they are. */
  async #withoutOwn(key: RecordKey, changes: PlainItem): Promise<PlainItem> {
    const own = this.#ownFields.filter((field) => Object.hasOwn(changes, field));
    if (own.length === 0) return changes;
    const stored = await this.getItem(key);
    return omit(
      changes,
      own.filter((field) => changes[field] === stored[field]),
    );
  }

  /**
   * Writes a record over the one of its key. Known fields that are left out are removed; `createdAt` stays, and so do
   * fields that no schema knows. A field may be as it is in the table, even if it would be refused in a new record.
   * @param remove fields that are removed although they would stay when they are left out; also where the record has them
   * @returns the record as it is then
   * @throws SchemaValidationError with all that is wrong
   * @throws RecordDoesNotExistError
   */
  async replace(record: N, remove: readonly string[] = []): Promise<R> {
    return this.replaceFrom(record, remove);
  }

  /** As {@link replace}, from what may be of any type, such as the body of a request. */
  async replaceFrom(record: unknown, remove: readonly string[] = []): Promise<R> {
    return (await this.replaceWith(record, remove)) as R;
  }

  /**
   * As {@link replaceFrom}, with undefined if the record is no longer as it was seen.
   * @param addTo gives what the model adds to the record that was checked, or has otherwise in it
   */
  protected async replaceWith(
    record: unknown,
    remove: readonly string[] = [],
    seen: readonly Condition[] = [],
    addTo: AddToRecord = addNothing,
  ): Promise<R | undefined> {
    const itemKey = this.keyOf(record);
    this.refuse(itemKey, this.#violationsOfNames(remove));
    const checked = await this.#check(itemKey, undefined, async (known, search) => {
      const { record: whole, violations } = await this.type.check(record, known, search);
      const ofRemoval = await this.type.checkChanges({}, remove, known, search);
      return { whole, violations: [...violations, ...ofRemoval.violations] };
    });
    const own = this.#ownFields;
    const given = omit(definedFields(checked.whole), [...own, ...remove]);
    const added = await addTo({ ...given, ...itemKey });
    const set = { ...(await this.#sealNew(itemKey, given)), ...added };
    const kept = this.keptWhenLeftOut.filter((field) => !remove.includes(field));
    const stays = [...Object.keys(given), ...Object.keys(added), ...own, ...kept];
    const changes: Changes = {
      set: { ...set, ...this.#touched() },
      setIfAbsent: this.type.hasTimes ? { createdAt: this.context.now() } : {},
      remove: [...new Set([...this.type.fields.filter((field) => !stays.includes(field)), ...remove])],
    };
    return this.#change(itemKey, changes, seen);
  }

  /** Deletes a record. @returns whether there was one */
  async delete(key: Pick<R, K>): Promise<boolean> {
    const outcome = await writeIf(this.context.client, {
      kind: 'delete',
      table: this.table,
      key: this.keyOf(key),
      conditions: [conditions.exists(this.#hashKey)],
    });
    return outcome.done;
  }

  /** Deletes any number of records, whether they exist or not. */
  async batchDelete(keys: readonly Pick<R, K>[]): Promise<void> {
    await deleteItems(
      this.context,
      keys.map((key) => this.keyOf(key)),
    );
  }

  /** Fields that {@link replace} leaves as they are if the new record does not have them. */
  protected get keptWhenLeftOut(): readonly string[] {
    return [];
  }

  /** Fields that have to be unchanged for {@link modify}, whatever it changes. */
  protected get guardedFields(): readonly string[] {
    return [];
  }

  /** Fields that {@link seal} encrypts or hashes. One that is written as it was read is sealed already, and stays so. */
  protected get sealedFields(): readonly string[] {
    return [];
  }

  /** What the table holds for a record, or for some fields of one: its secrets encrypted or hashed. */
  protected async seal(fields: PlainItem): Promise<PlainItem> {
    return fields;
  }

  /** Writes a record. */
  protected async write(write: Put | Update): Promise<Outcome> {
    return writeIf(this.context.client, write);
  }

  /**
   * Checks a record or changes. Violations are checked once more against what is stored, which only ever allows more: what
   * the table has already.
   * @throws RecordDoesNotExistError where there is none, whatever else is wrong
   */
  async #check<C extends { readonly violations: readonly Violation[] }>(
    key: RecordKey,
    stored: PlainItem | undefined,
    check: (stored: PlainItem | undefined, search: ExpressionSearch) => Promise<C>,
  ): Promise<C> {
    const search = new ExpressionSearch();
    const checked = await check(stored, search);
    if (checked.violations.length === 0) return checked;
    const again = await check(stored ?? (await this.getItem(key)), search);
    this.refuse(key, again.violations);
    return again;
  }

  /** Seals fields, except those that are given as they are stored: these are sealed already. */
  async #sealNew(key: RecordKey, fields: PlainItem): Promise<PlainItem> {
    const secret = this.sealedFields.filter((field) => field in fields);
    if (secret.length === 0) return this.seal(fields);
    const item = await this.findItem(key);
    // This first seals what an earlier release stored in the clear, so that a row is never sealed in part.
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
    const exists = conditions.exists(this.#hashKey);
    const update: Update = { kind: 'update', table: this.table, key, changes, conditions: [exists, ...seen] };
    const outcome = await this.write(update);
    if (outcome.done) return this.unseal(outcome.after ?? (await this.getItem(key)));
    if (outcome.present === undefined) throw new RecordDoesNotExistError(this.type.name, key);
    return undefined;
  }

  /** The fields that no change may name. */
  get #ownFields(): readonly string[] {
    return [...this.type.key, 'createdAt', 'updatedAt'];
  }

  #violationsOfNames(fields: readonly string[]): readonly Violation[] {
    return fields
      .filter((field) => this.#ownFields.includes(field))
      .map((path) => ({ path, message: 'cannot be changed' }));
  }

  #touched(): PlainItem {
    return this.type.hasTimes ? { updatedAt: this.context.now() } : {};
  }

  get #hashKey(): string {
    return this.type.key[0] ?? '';
  }
}

/**
 * Gives fields that a model adds to what it writes, which no request could name.
 * @param record as it would then be
 * @param item as it is in the table, where there is one
 */
export type AddToRecord = (record: PlainItem, item?: PlainItem) => PlainItem | Promise<PlainItem>;

const addNothing: AddToRecord = () => ({});

/** DynamoDB refuses an update that names a field twice. */
function violationsOfBoth(set: PlainItem, remove: readonly string[]): readonly Violation[] {
  return remove
    .filter((field) => Object.hasOwn(set, field))
    .map((path) => ({ path, message: 'cannot be both changed and removed' }));
}

function omit(fields: PlainItem, names: readonly string[]): PlainItem {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
