import type { PlainItem } from '@cumulus/dynamodb/items';
import { type Collection, collectionTypeIn, type NewCollection } from '../schemas/collection.ts';
import { type CollectionKey, constructCollectionId } from '../schemas/collection-id.ts';
import { DELETION_MARK, deleteUnlessNamed } from './guarded-deletion.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';
import type { RulesOf } from './rules.ts';

export interface CollectionsContext extends ModelContext {
  /** The keys of the deployment's buckets, which files of collections may name; any bucket if they are not known. */
  readonly buckets?: readonly string[] | undefined;
  readonly rulesOf: RulesOf;
}

/** Reads and writes collections. One that a rule names cannot be deleted. */
export class CollectionModel extends RecordModel<Collection, NewCollection, 'name' | 'version'> {
  readonly #rulesOf: RulesOf;

  constructor(context: CollectionsContext) {
    super(collectionTypeIn({ buckets: context.buckets }), context);
    this.#rulesOf = context.rulesOf;
  }

  /**
   * @param beforeDeletion what has to be done first, once no rule can name the collection any more; it may be called several times.
   *   If it throws, the collection stays
   * @throws AssociatedRulesError if rules name the collection, also one that is being written at this moment
   */
  override async delete(key: CollectionKey, beforeDeletion?: () => Promise<void>): Promise<boolean> {
    const marked = { ...this.context, key: this.keyOf(key), recordType: 'collection' };
    return deleteUnlessNamed(marked, () => this.#rulesOf('collection', constructCollectionId(key)), beforeDeletion);
  }

  /**
   * @throws AssociatedRulesError at the first collection that rules name; those before it are deleted
   */
  override async batchDelete(keys: readonly CollectionKey[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  protected override async unseal(item: PlainItem): Promise<Collection> {
    const { [DELETION_MARK]: _, ...collection } = item;
    return super.unseal(collection);
  }
}
