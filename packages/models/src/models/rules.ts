import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import type { CollectionKey } from '../schemas/collection-id.ts';
import { constructCollectionId } from '../schemas/collection-id.ts';
import { type NewRule, type Rule, ruleType } from '../schemas/rule.ts';
import { notBeingDeleted } from './guarded-deletion.ts';
import { type Guard, type ModelContext, RecordModel } from './record-model.ts';

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

  protected override async guards({ collection, provider }: PlainItem): Promise<readonly Guard[]> {
    const { client, now } = this.context;
    const named = [
      ...(collection === undefined
        ? []
        : [{ recordType: 'collection', table: this.#tableOf('CollectionsTable'), key: keyOfCollection(collection) }]),
      ...(typeof provider !== 'string'
        ? []
        : [{ recordType: 'provider', table: this.#tableOf('ProvidersTable'), key: { id: provider } }]),
    ];
    return Promise.all(named.map((record) => notBeingDeleted({ ...record, client, now })));
  }
}

/** Rules of other releases may name no collection. */
function collectionIdOf({ collection }: { readonly collection?: unknown }): string | undefined {
  return isObject(collection) ? constructCollectionId(collection as unknown as CollectionKey) : undefined;
}

function keyOfCollection(collection: unknown): { readonly name: string; readonly version: string } {
  const { name, version } = collection as CollectionKey;
  return { name, version };
}
