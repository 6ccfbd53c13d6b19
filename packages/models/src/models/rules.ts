import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, pagesOf } from '@cumulus/dynamodb/aws';
import {
  type Condition,
  conditions,
  type Outcome,
  type PlainItem,
  type Put,
  scanPageOfItems,
  type Update,
  writeIf,
  writeTogether,
} from '@cumulus/dynamodb/items';
import { RecordAlreadyExistsError } from '../errors.ts';
import type { CollectionKey } from '../schemas/collection-id.ts';
import { constructCollectionId } from '../schemas/collection-id.ts';
import { type NewRule, type Rule, ruleType } from '../schemas/rule.ts';
import { type Guard, type Marked, notBeingDeleted } from './guarded-deletion.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';
import {
  CHANGE_MARK,
  digestOf,
  formerTriggerOf,
  type RuleChange,
  type RuleUnderWay,
  withArns,
  withoutArns,
} from './rule-changes.ts';

/** Reads the names of all rules that name a collection (by its id) or provider, sorted. */
export type RulesOf = (field: 'collection' | 'provider', id: string) => Promise<readonly string[]>;

export interface RulesContext extends ModelContext {
  /** The physical names of the tables of what rules name; asked for when a rule is written. */
  readonly tableOf: (name: 'CollectionsTable' | 'ProvidersTable') => string;
}

/** Checks what is beyond a record, and gives the fields that it sets. @param stored the rule as it was */
export type PrepareRule = (rule: Rule, stored: Rule | undefined) => Promise<Partial<Rule>>;

/**
 * Reads and writes rules. A rule is not written at the moment at which a collection or provider that it names is being
 * deleted.
 *
 * `create`, `update`, `replace` and `delete` are of the record alone. What starts the rule's workflow is for the caller, who
 * changes both with `begin…`, `settle` and `finishDelete`: see `rule-changes.ts`.
 */
export class RuleModel extends RecordModel<Rule, NewRule, 'name'> {
  readonly #tableOf: RulesContext['tableOf'];

  constructor(context: RulesContext) {
    super(ruleType, context);
    this.#tableOf = context.tableOf;
  }

  /** The names of all rules that name a collection (by its id) or provider, sorted; read strongly consistent. */
  async namesOf(field: 'collection' | 'provider', id: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const rule of this.list({ consistent: true })) {
      const named = field === 'provider' ? rule.provider : collectionIdOf(rule);
      if (named === id) names.push(rule.name);
    }
    return names.sort();
  }

  /**
   * Writes a new rule whose trigger is still to be made. Repeating a creation that did not come to its end continues it.
   * @throws as `create` does, and what `prepare` throws; then nothing was written
   */
  async beginCreate(record: unknown, prepare: PrepareRule): Promise<void> {
    let digest: string | undefined;
    try {
      await this.createWith(record, async (valid) => {
        const rule = { ...valid, ...(await prepare(valid as Rule, undefined)) } as Rule;
        const whole = { ...rule, rule: withoutArns(rule.rule) };
        digest = digestOf(whole);
        const change: RuleChange = { id: randomUUID(), kind: 'create', former: [], digest };
        return { ...whole, [CHANGE_MARK]: change };
      });
    } catch (error) {
      if (!(error instanceof RecordAlreadyExistsError)) throw error;
      const { change } = (await this.findUnderWay({ name: `${(record as Rule).name}` })) ?? {};
      if (change?.kind !== 'create' || change.digest !== digest) throw error;
    }
  }

  /** Replaces a rule whose trigger is then to be changed. @throws as `replace` does, and what `prepare` throws */
  async beginReplace(record: unknown, prepare: PrepareRule): Promise<void> {
    for (;;) {
      const item = await this.getItem(this.keyOf(record));
      const rule = await this.replaceWith(record, [], this.#unchanged(item), (whole) =>
        this.#changeOf(whole, item, prepare),
      );
      if (rule !== undefined) return;
    }
  }

  /** Changes fields of a rule whose trigger is then to be changed. @throws as `modify` does, and what `prepare` throws */
  async beginModify(
    key: Pick<Rule, 'name'>,
    change: (rule: Rule) => object,
    remove: readonly string[],
    prepare: PrepareRule,
  ): Promise<void> {
    await this.modifyWith(key, change, remove, (whole, item = {}) => this.#changeOf(whole, item, prepare));
  }

  /** Marks a rule whose trigger is to be changed although its record stays. @returns whether there is such a rule */
  async beginAgain(key: Pick<Rule, 'name'>): Promise<boolean> {
    return (await this.#mark(key, 'change')) !== undefined;
  }

  /** Marks a rule that is to be deleted once its trigger is. @returns undefined where there is no such rule */
  async beginDelete(key: Pick<Rule, 'name'>): Promise<RuleUnderWay | undefined> {
    return this.#mark(key, 'delete');
  }

  /** Deletes a rule. @returns false if it is no longer being deleted by this change */
  async finishDelete(key: Pick<Rule, 'name'>, change: RuleChange): Promise<boolean> {
    const own = [conditions.equals(CHANGE_MARK, change)];
    const { client } = this.context;
    return (await writeIf(client, { kind: 'delete', table: this.table, key: this.keyOf(key), conditions: own })).done;
  }

  /**
   * Notes that a rule's trigger is as the rule says.
   * @param arns what AWS calls it
   * @returns the rule as it is then; undefined if it has been changed meanwhile
   */
  async settle(
    { rule, change }: RuleUnderWay & { readonly change: RuleChange },
    arns: Pick<Rule['rule'], 'arn' | 'logEventArn'>,
  ): Promise<Rule | undefined> {
    const settled = { ...withoutArns(rule.rule), ...arns };
    const outcome = await writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: this.keyOf(rule),
      changes: { set: { rule: settled }, remove: [CHANGE_MARK] },
      conditions: [conditions.equals(CHANGE_MARK, change), conditions.equals('rule', rule.rule)],
    });
    return outcome.done ? { ...rule, rule: settled } : undefined;
  }

  /** A rule with the change of it that has not come to its end, if there is one; read strongly consistent. */
  async findUnderWay(key: Pick<Rule, 'name'>): Promise<RuleUnderWay | undefined> {
    const item = await this.findItem(this.keyOf(key));
    return item === undefined ? undefined : this.#underWay(item);
  }

  /** All rules, as {@link findUnderWay} gives them; read strongly consistent. */
  async allUnderWay(): Promise<readonly RuleUnderWay[]> {
    const pages = pagesOf({
      what: `The scan of ${this.table}`,
      ask: (after: PlainItem | undefined) =>
        scanPageOfItems({ ...this.context, limit: RULES_AT_ONCE, after, consistent: true }),
      next: (page) => page.next,
      textOf: JSON.stringify,
    });
    const found: RuleUnderWay[] = [];
    for await (const { items } of pages) for (const item of items) found.push(await this.#underWay(item));
    return found;
  }

  protected override get guardedFields(): readonly string[] {
    return ['rule', CHANGE_MARK];
  }

  protected override async unseal(item: PlainItem): Promise<Rule> {
    const { [CHANGE_MARK]: _, ...rule } = item;
    return super.unseal(rule);
  }

  async #underWay(item: PlainItem): Promise<RuleUnderWay> {
    return { rule: await this.unseal(item), change: item[CHANGE_MARK] as RuleChange | undefined };
  }

  /** What a change writes beside the fields that were given. */
  async #changeOf(whole: PlainItem, item: PlainItem, prepare: PrepareRule): Promise<PlainItem> {
    const stored = await this.unseal(item);
    const rule = whole as Rule;
    const prepared = await prepare(rule, stored);
    return {
      ...prepared,
      rule: withArns(prepared.rule ?? rule.rule, stored.rule),
      [CHANGE_MARK]: markOf('change', item, stored),
    };
  }

  /** That nobody has changed a rule since it was read. */
  #unchanged(item: PlainItem): readonly Condition[] {
    return ['updatedAt', ...this.guardedFields].map((field) => conditions.equals(field, item[field]));
  }

  async #mark(key: Pick<Rule, 'name'>, kind: RuleChange['kind']): Promise<RuleUnderWay | undefined> {
    for (;;) {
      const item = await this.findItem(this.keyOf(key));
      if (item === undefined) return undefined;
      const rule = await this.unseal(item);
      const change = markOf(kind, item, rule);
      const outcome = await writeIf(this.context.client, {
        kind: 'update',
        table: this.table,
        key: this.keyOf(key),
        changes: { set: { [CHANGE_MARK]: change } },
        conditions: this.#unchanged(item),
      });
      if (outcome.done) return { rule, change };
    }
  }

  /** Writes a rule in one transaction with the conditions on what it names. */
  protected override async write(write: Put | Update): Promise<Outcome> {
    const guards = await this.#guardsOf(write.kind === 'put' ? write.item : (write.changes.set ?? {}));
    if (guards.length === 0) return super.write(write);
    const outcome = await writeTogether(this.context.client, [write, ...guards.map((guard) => guard.check)]);
    if (outcome.done) return { done: true, before: undefined, after: undefined };
    const own = outcome.failed.find(({ index }) => index === 0);
    if (own !== undefined) return { done: false, present: own.present };
    throw guards[(outcome.failed[0]?.index ?? 1) - 1]?.refusal();
  }

  async #guardsOf({ collection, provider }: PlainItem): Promise<readonly Guard[]> {
    const { client, now } = this.context;
    const named: Omit<Marked, 'client' | 'now'>[] = [];
    if (collection !== undefined) {
      const { name, version } = collection as CollectionKey;
      named.push({ recordType: 'collection', table: this.#tableOf('CollectionsTable'), key: { name, version } });
    }
    if (typeof provider === 'string') {
      named.push({ recordType: 'provider', table: this.#tableOf('ProvidersTable'), key: { id: provider } });
    }
    return Promise.all(named.map((record) => notBeingDeleted({ ...record, client, now })));
  }
}

const RULES_AT_ONCE = 100;

/** A mark that still has the triggers of changes that did not come to their end. */
function markOf(kind: RuleChange['kind'], item: PlainItem, rule: Rule): RuleChange {
  const { former = [] } = (item[CHANGE_MARK] as RuleChange | undefined) ?? {};
  const last = formerTriggerOf(rule);
  const isKnown = former.some((trigger) => isDeepStrictEqual(trigger, last));
  return { id: randomUUID(), kind, former: isKnown ? former : [...former, last] };
}

/** Rules of other releases may name no collection. */
function collectionIdOf({ collection }: { readonly collection?: unknown }): string | undefined {
  if (!isObject(collection)) return undefined;
  const { name, version } = collection;
  return constructCollectionId({ name: `${name}`, version: `${version}` });
}
