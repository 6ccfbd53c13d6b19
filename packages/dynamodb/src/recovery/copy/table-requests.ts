import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isRefusalOfItem } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { RequestFailedError } from '../../aws/errors.ts';
import { getRawItems } from '../../items/batch/get-raw-items.ts';
import type { WriteContext } from '../../items/batch/write-context.ts';
import { deleteKeys, putItems, takenTogether } from '../../items/batch/write-items.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import { describeItemKey, keyOf } from '../../items/item-key.ts';
import { itemDigest, type TypedItem } from '../../items/typed-item.ts';
import type { ComparedTables } from './compare.ts';
import type { RememberedDifference } from './differences.ts';

/** Two tables that were compared, and how fast they may be read and written. */
export interface CopiedTables {
  readonly client: DynamoDBClient;
  /** Which tables, and in what they differ. */
  readonly compared: ComparedTables;
  /** The most read capacity units to use in a second, of each of the tables. */
  readonly maxReadUnits?: number | undefined;
  /** The most write capacity units to use in a second. */
  readonly maxWriteUnits?: number | undefined;
}

/** The requests about source and target. */
export class TableRequests {
  readonly #source: WriteContext;
  readonly #target: WriteContext;
  readonly #writes: WriteContext;

  constructor({ client, compared, maxReadUnits, maxWriteUnits }: CopiedTables) {
    const { source, target } = compared;
    const { key } = target.schema;
    const limiter = (units: number | undefined) => (units === undefined ? undefined : new CapacityLimiter(units));
    this.#source = { client, table: source.name, key, limiter: limiter(maxReadUnits) };
    this.#target = { client, table: target.name, key, limiter: limiter(maxReadUnits) };
    this.#writes = { client, table: target.name, key, limiter: limiter(maxWriteUnits) };
  }

  /** Those of the differences whose item of the target is still as it was when the tables were compared. */
  async untouched(
    differing: readonly RememberedDifference[],
    abortSignal: AbortSignal,
  ): Promise<readonly RememberedDifference[]> {
    const found = await this.#get(this.#target, differing, abortSignal);
    return differing.filter(({ canonicalKey: canonical, targetDigest }) => {
      const item = found.get(canonical);
      return (item === undefined ? undefined : itemDigest(item)) === targetDigest;
    });
  }

  /** Those of the differences whose item the source does not have. */
  async missingInSource(
    differing: readonly RememberedDifference[],
    abortSignal: AbortSignal,
  ): Promise<readonly RememberedDifference[]> {
    const found = await this.#get(this.#source, differing, abortSignal);
    return differing.filter(({ canonicalKey: canonical }) => !found.has(canonical));
  }

  async delete(differing: readonly RememberedDifference[], abortSignal: AbortSignal): Promise<void> {
    const keys = differing.map(({ key }) => Buffer.from(JSON.stringify(key)));
    await deleteKeys({ ...this.#writes, abortSignal }, keys);
  }

  /**
   * @param onWritten is given the size in bytes of each item that DynamoDB has taken
   * @returns how many items the source still has, all written
   * @throws RequestFailedError with the key of the item that DynamoDB does not take
   */
  async copy(
    differing: readonly RememberedDifference[],
    abortSignal: AbortSignal,
    onWritten: (size: number) => void,
  ): Promise<number> {
    const found = await this.#get(this.#source, differing, abortSignal);
    const context = { ...this.#writes, abortSignal };
    const items = [...found.values()].map((item) => ({ item, text: Buffer.from(JSON.stringify(item)) }));
    const texts = items.map(({ text }) => text);
    const together = await takenTogether(context, texts);
    for (const { item, text } of items) {
      if (!together) await this.#writeOne(context, item, text);
      onWritten(text.length);
    }
    return items.length;
  }

  async #writeOne(context: WriteContext, item: TypedItem, text: Buffer): Promise<void> {
    try {
      await putItems(context, [text]);
    } catch (error) {
      if (!isRefusalOfItem(error)) throw error;
      const key = describeItemKey(keyOf(item, context.key));
      throw new RequestFailedError(`${context.table} refused the item of ${key}: ${error.message}`, [], error);
    }
  }

  async #get(
    context: WriteContext,
    differing: readonly RememberedDifference[],
    abortSignal: AbortSignal,
  ): Promise<ReadonlyMap<string, TypedItem>> {
    try {
      return await getRawItems(
        { ...context, abortSignal },
        differing.map(({ key }) => key),
      );
    } catch (error) {
      throw await explainDynamoDBError(error, context.client, { action: 'BatchGetItem', table: context.table });
    }
  }
}
