import { ask, type RawItem } from '../test/kit/raw-requests.ts';
import { type State, stateOf } from './canonical.ts';
import { createTableBody, keyNames, type TableShape } from './random-table.ts';

/** Two million bytes and 25 items are well within what DynamoDB takes in one batch. */
const MAX_BATCH_ITEMS = 25;

/** A table of the campaign, as its oracle makes, changes and reads it: by plain requests past the proxy and the SDK. */
export class LiveTable {
  readonly name: string;
  readonly shape: TableShape;

  constructor(name: string, shape: TableShape) {
    this.name = name;
    this.shape = shape;
  }

  async create(): Promise<void> {
    await ask('CreateTable', createTableBody(this.name, this.shape));
  }

  /** Deletes it, if it is there. */
  async delete(): Promise<void> {
    try {
      await ask('DeleteTable', JSON.stringify({ TableName: this.name }));
    } catch (error) {
      if (!String(error).includes('ResourceNotFound')) throw error;
    }
  }

  async put(items: readonly RawItem[]): Promise<void> {
    await this.#write(items.map((Item) => ({ PutRequest: { Item } })));
  }

  /** Deletes items by their keys. */
  async remove(items: readonly RawItem[]): Promise<void> {
    const keys = keyNames(this.shape);
    const keyOf = (item: RawItem) => Object.fromEntries(keys.map((name) => [name, item[name]]));
    await this.#write(items.map((item) => ({ DeleteRequest: { Key: keyOf(item) } })));
  }

  async items(): Promise<readonly RawItem[]> {
    const items: RawItem[] = [];
    let start: unknown;
    do {
      const page = (await ask(
        'Scan',
        JSON.stringify({ TableName: this.name, ConsistentRead: true, ExclusiveStartKey: start }),
      )) as { readonly Items: readonly RawItem[]; readonly LastEvaluatedKey?: unknown };
      items.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  /** What it holds; empty where there is no such table. */
  async state(): Promise<State> {
    try {
      return stateOf(await this.items(), keyNames(this.shape));
    } catch (error) {
      if (String(error).includes('ResourceNotFound')) return new Map();
      throw error;
    }
  }

  async #write(requests: readonly object[]): Promise<void> {
    for (let first = 0; first < requests.length; first += MAX_BATCH_ITEMS) {
      const RequestItems = { [this.name]: requests.slice(first, first + MAX_BATCH_ITEMS) };
      const { UnprocessedItems = {} } = (await ask('BatchWriteItem', JSON.stringify({ RequestItems }))) as {
        readonly UnprocessedItems?: object;
      };
      if (Object.keys(UnprocessedItems).length > 0) throw new Error(`${this.name}: items were left unprocessed`);
    }
  }
}
