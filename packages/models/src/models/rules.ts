import { isObject } from '@cumulus/dynamodb/aws';
import { type Outcome, type PlainItem, type Put, type Update, writeTogether } from '@cumulus/dynamodb/items';
import type { CollectionKey } from '../schemas/collection-id.ts';
import { constructCollectionId } from '../schemas/collection-id.ts';
import { type NewRule, type Rule, ruleType } from '../schemas/rule.ts';
import { type Guard, type Marked, notBeingDeleted } from './guarded-deletion.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/** Reads the names of all rules that name a collection (by its id) or provider, sorted. */
export type RulesOf = (field: 'collection' | 'provider', id: string) => Promise<readonly string[]>;

export interface RulesContext extends ModelContext {
  /** The physical names of the tables of what rules name; asked for when a rule is written. */
  readonly tableOf: (name: 'CollectionsTable' | 'ProvidersTable') => string;
}

/**
 * Reads and writes rules. A rule is not written at the moment at which a collection or provider that it names is being
 * deleted.
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

/** Rules of other releases may name no collection. */
function collectionIdOf({ collection }: { readonly collection?: unknown }): string | undefined {
  if (!isObject(collection)) return undefined;
  const { name, version } = collection;
  return constructCollectionId({ name: `${name}`, version: `${version}` });
}
