import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isRefusalOfItem } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { RequestFailedError } from '../../aws/errors.ts';
import { getRawItems } from '../../items/batch/get-raw-items.ts';
import type { WriteContext } from '../../items/batch/write-context.ts';
import { deleteKeys, putItems, takenTogether } from '../../items/batch/write-items.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import { describeItemKey, keyOf } from '../../items/item-key.ts';
import { ItemView } from '../../items/text/item-view.ts';
import type { TypedItem } from '../../items/typed-item.ts';
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

/** What the tables have of differences now. */
export interface ReadAgain {
  /** Those whose item of the target is still as it was when the tables were compared. */
  readonly untouched: readonly RememberedDifference[];
  /** The texts of the items that the source has, by their canonical key. */
  readonly inSource: ReadonlyMap<string, Buffer>;
}

/** The requests about source and target. */
export class TableRequests {
  readonly #source: WriteContext;
  readonly #target: WriteContext;
  readonly #writes: WriteContext;
  readonly #view: ItemView;

  constructor({ client, compared, maxReadUnits, maxWriteUnits }: CopiedTables) {
    const { source, target } = compared;
    const { key } = target.schema;
    const limiter = (units: number | undefined) => (units === undefined ? undefined : new CapacityLimiter(units));
    this.#source = { client, table: source.name, key, limiter: limiter(maxReadUnits) };
    this.#target = { client, table: target.name, key, limiter: limiter(maxReadUnits) };
    this.#writes = { client, table: target.name, key, limiter: limiter(maxWriteUnits) };
    this.#view = new ItemView(key);
  }

  /** Reads the items of both tables again, at once: the less time goes by until they are written. */
  async readAgain(differing: readonly RememberedDifference[], abortSignal: AbortSignal): Promise<ReadAgain> {
    const [inTarget, inSource] = await Promise.all([
      this.#get(this.#target, differing, abortSignal, () => this.#view.digest),
      this.#get(this.#source, differing, abortSignal, (text) => text),
    ]);
    const untouched = differing.filter(({ canonicalKey, targetDigest }) => inTarget.get(canonicalKey) === targetDigest);
    return { untouched, inSource };
  }

  async delete(differing: readonly RememberedDifference[], abortSignal: AbortSignal): Promise<void> {
    const keys = differing.map(({ keyText }) => Buffer.from(keyText));
    await deleteKeys({ ...this.#writes, abortSignal }, keys);
  }

  /**
   * Writes items to the target, given as texts.
   * @param onWritten is given the size in bytes of each item that DynamoDB has taken
   * @throws RequestFailedError with the key of the item that DynamoDB does not take
   */
  async write(items: readonly Buffer[], abortSignal: AbortSignal, onWritten: (size: number) => void): Promise<void> {
    const context = { ...this.#writes, abortSignal };
    const together = await takenTogether(context, items);
    for (const item of items) {
      if (!together) await this.#writeOne(context, item);
      onWritten(item.length);
    }
  }

  async #writeOne(context: WriteContext, item: Buffer): Promise<void> {
    try {
      await putItems(context, [item]);
    } catch (error) {
      if (!isRefusalOfItem(error)) throw error;
      const key = describeItemKey(keyOf(JSON.parse(item.toString('utf8')) as TypedItem, context.key));
      throw new RequestFailedError(`${context.table} refused the item of ${key}: ${error.message}`, [], error);
    }
  }

  async #get<Taken>(
    context: WriteContext,
    differing: readonly RememberedDifference[],
    abortSignal: AbortSignal,
    take: (text: Buffer) => Taken,
  ): Promise<ReadonlyMap<string, Taken>> {
    const keys = differing.map(({ keyText }) => keyText);
    try {
      return await getRawItems({ ...context, abortSignal }, keys, this.#view, take);
    } catch (error) {
      throw await explainDynamoDBError(error, context.client, { action: 'BatchGetItem', table: context.table });
    }
  }
}
