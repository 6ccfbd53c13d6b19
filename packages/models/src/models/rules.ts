import type { PlainItem } from '@cumulus/dynamodb';
import type { CollectionKey } from '../schemas/collection-id.ts';
import { constructCollectionId } from '../schemas/collection-id.ts';
import { type NewRule, type Rule, ruleType } from '../schemas/rule.ts';
import { clearStaleMark, notBeingDeleted } from './guarded-deletion.ts';
import { type Guard, type ModelContext, RecordModel } from './record-model.ts';

/** Reads the names of all rules that name a collection (by its id) or provider, sorted. */
export type RulesOf = (field: 'collection' | 'provider', id: string) => Promise<readonly string[]>;

export interface RulesContext extends ModelContext {
  /** The physical names of the tables of what rules name. */
  readonly collectionsTable: string;
  readonly providersTable: string;
}

/**
 * Reads and writes rules. A rule is not written at the moment at which a collection or provider that it names is being
 * deleted.
 */
export class RuleModel extends RecordModel<Rule, NewRule, 'name'> {
  readonly #tables: Pick<RulesContext, 'collectionsTable' | 'providersTable'>;

  constructor(context: RulesContext) {
    super(ruleType, context);
    this.#tables = context;
  }

  /** The names of all rules that name a collection (by its id) or provider, sorted; read strongly consistent. */
  async namesOf(field: 'collection' | 'provider', id: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const rule of this.list({ consistent: true })) {
      const named = field === 'provider' ? rule.provider : constructCollectionId(rule.collection);
      if (named === id) names.push(rule.name);
    }
    return names.sort();
  }

  protected override async guards({ collection, provider }: PlainItem): Promise<readonly Guard[]> {
    const { client, now } = this.context;
    const named = [
      ...(collection === undefined
        ? []
        : [{ recordType: 'collection', table: this.#tables.collectionsTable, key: keyOfCollection(collection) }]),
      ...(typeof provider !== 'string'
        ? []
        : [{ recordType: 'provider', table: this.#tables.providersTable, key: { id: provider } }]),
    ];
    return Promise.all(
      named.map(async (record) => {
        const marked = { ...record, client, now };
        await clearStaleMark(marked);
        return notBeingDeleted(marked);
      }),
    );
  }
}

function keyOfCollection(collection: unknown): { readonly name: string; readonly version: string } {
  const { name, version } = collection as CollectionKey;
  return { name, version };
}
