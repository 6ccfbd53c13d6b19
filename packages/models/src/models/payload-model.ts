import { isObject } from '@cumulus/dynamodb/aws';
import { bringBack, isBroughtBack, type PayloadSource } from '../payloads/bring-back.ts';
import type { RecordType } from '../schemas/record-type.ts';
import { type ListedContext, ListedModel, type Listing } from './listed-model.ts';

export interface PayloadContext extends ListedContext {
  /** Where large payloads are; without it they are not read. */
  readonly payloads?: PayloadSource | undefined;
}

/** How the records of a type are listed, and which of their fields may be pointers. */
export interface PayloadListing<R extends object> extends Listing {
  readonly pointerFields: readonly (keyof R & string)[];
}

/**
 * A model whose records point to S3 for what is too large for the table: a field is `{ replace: { Bucket, Key, TargetPath:
 * '$' } }` then. Reading by key brings it back; lists, searches, and what a write answers, show the pointer. What was
 * brought back is not written: where it is given as it was read, the pointer stays.
 */
export class PayloadModel<R extends object, N extends object, K extends keyof R & string> extends ListedModel<R, N, K> {
  readonly #pointerFields: readonly (keyof R & string)[];
  readonly #payloads: PayloadSource | undefined;

  constructor(
    type: RecordType<R, K>,
    { pointerFields, ...listing }: PayloadListing<R>,
    { payloads, ...context }: PayloadContext,
  ) {
    super(type, listing, context);
    this.#pointerFields = pointerFields;
    this.#payloads = payloads;
  }

  /**
   * As for every record, with what it points to in the deployment's place in S3. A pointer stays where the object is gone,
   * damaged, or elsewhere.
   * @throws RemoteMessageError, or what else the way to S3 throws, where S3 cannot be asked
   */
  override async find(key: Pick<R, K>): Promise<R | undefined> {
    const record = await super.find(key);
    return record === undefined ? undefined : this.#whole(record);
  }

  /** As for every record, each as {@link find} reads it. */
  override async batchGet(keys: readonly Pick<R, K>[]): Promise<readonly R[]> {
    const found: R[] = [];
    for (const record of await super.batchGet(keys)) found.push(await this.#whole(record));
    return found;
  }

  override async updateFrom(key: Pick<R, K>, changes: unknown, remove?: readonly string[]): Promise<R> {
    return super.updateFrom(key, await this.#asStored(key, changes), remove);
  }

  override async replaceFrom(record: unknown, remove?: readonly string[]): Promise<R> {
    return super.replaceFrom(await this.#asStored(record, record), remove);
  }

  async #whole(record: R): Promise<R> {
    return this.#payloads === undefined ? record : bringBack(record, this.#pointerFields, this.#payloads);
  }

  /** Fields with the pointers in the table in place of what these bring back. */
  async #asStored(key: unknown, fields: unknown): Promise<unknown> {
    const source = this.#payloads;
    if (source === undefined || !isObject(fields)) return fields;
    const large = this.#pointerFields.filter((field) => fields[field] !== undefined);
    if (large.length === 0) return fields;
    const item = await this.findItem(this.keyOf(key));
    const same = large.filter((field) => isBroughtBack(fields[field], item?.[field], source));
    return { ...fields, ...Object.fromEntries(same.map((field) => [field, item?.[field]])) };
  }
}
