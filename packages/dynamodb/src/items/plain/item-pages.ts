import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { sendForItems } from '../../aws/item-requests.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { backoffOf } from '../../aws/steady-retries.ts';
import { fromAttributes, type PlainItem, toAttributes } from './attribute-values.ts';
import type { Condition } from './conditions.ts';
import { conditionText, ExpressionParts } from './expression.ts';

/** One page of a table or an index. */
export interface ItemPage {
  readonly items: readonly PlainItem[];
  /** The key after which the next page begins; undefined after the last page. */
  readonly next: PlainItem | undefined;
  /** How many items were looked at, those that a filter left out included. */
  readonly looked: number;
  /** The read units that the page took; 0 where the server does not say. */
  readonly readUnits: number;
}

interface PageRequest {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** At most so many items are looked at, before any filter. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: PlainItem | undefined;
  /** Only items of which all of these are true come; the others are read, and paid for, all the same. */
  readonly filter?: readonly Condition[] | undefined;
  /** Ends waiting for a throttled table. */
  readonly abortSignal?: AbortSignal | undefined;
}

export interface QueryRequest extends PageRequest {
  /** An index's name; the table itself unless given. */
  readonly index?: string | undefined;
  readonly hashKey: readonly [attribute: string, value: string];
  /** Only items whose sort key lies between these two, inclusive. */
  readonly range?: {
    readonly attribute: string;
    readonly from?: number | string | undefined;
    readonly to?: number | string | undefined;
  };
  /** In descending order of the sort key; ascending unless given. */
  readonly descending?: boolean | undefined;
  /** Strongly consistent, at twice the cost; indexes do not have it. */
  readonly consistent?: boolean | undefined;
}

/**
 * Reads a page of the items of one partition key, in the order of their sort keys.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { queryPage } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const { items, next } = await queryPage({
 *   client,
 *   table: 'prod-GranulesTable',
 *   index: 'status-timestamp-index',
 *   hashKey: ['status', 'failed'],
 *   descending: true,
 *   limit: 10,
 * });
 * ```
 */
export async function queryPage(request: QueryRequest): Promise<ItemPage> {
  const { client, index, hashKey, range, descending = false, consistent = false, abortSignal } = request;
  const parts = new ExpressionParts();
  const [attribute, value] = hashKey;
  const conditions = [`${parts.name(attribute)} = ${parts.value(value)}`];
  if (range?.from !== undefined && range.to !== undefined) {
    conditions.push(`${parts.name(range.attribute)} BETWEEN ${parts.value(range.from)} AND ${parts.value(range.to)}`);
  } else if (range?.from !== undefined) {
    conditions.push(`${parts.name(range.attribute)} >= ${parts.value(range.from)}`);
  } else if (range?.to !== undefined) {
    conditions.push(`${parts.name(range.attribute)} <= ${parts.value(range.to)}`);
  }
  const input = {
    ...pageParameters(request, parts),
    IndexName: index,
    KeyConditionExpression: conditions.join(' AND '),
    ScanIndexForward: !descending,
    ConsistentRead: consistent,
  };
  return page(request, 'Query', () => sendForItems(client, 'Query', input, abortSignal));
}

/**
 * Reads a page of all items of a table, in no order that means anything.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { conditions, scanPageOfItems } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const { items, next } = await scanPageOfItems({
 *   client,
 *   table: 'prod-RulesTable',
 *   filter: [conditions.equals('state', 'ENABLED')],
 * });
 * ```
 */
export async function scanPageOfItems(
  request: PageRequest & { readonly consistent?: boolean | undefined },
): Promise<ItemPage> {
  const { client, consistent = false, abortSignal } = request;
  const input = { ...pageParameters(request, new ExpressionParts()), ConsistentRead: consistent };
  return page(request, 'Scan', () => sendForItems(client, 'Scan', input, abortSignal));
}

function pageParameters({ table, limit, after, filter = [] }: PageRequest, parts: ExpressionParts) {
  const text = conditionText(filter, parts);
  return {
    TableName: table,
    Limit: limit,
    ExclusiveStartKey: after && toAttributes(after),
    FilterExpression: text,
    ReturnConsumedCapacity: 'TOTAL',
    ...parts.parameters,
  } as const;
}

interface PageOutput {
  readonly Items?: Record<string, AttributeValue>[] | undefined;
  readonly LastEvaluatedKey?: Record<string, AttributeValue> | undefined;
  readonly ScannedCount?: number | undefined;
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number | undefined } | undefined;
}

async function page(
  { client, table, abortSignal }: PageRequest,
  action: string,
  ask: () => Promise<PageOutput>,
): Promise<ItemPage> {
  try {
    const {
      Items = [],
      LastEvaluatedKey,
      ScannedCount = Items.length,
      ConsumedCapacity,
    } = await retryThrottled(ask, abortSignal, await backoffOf(client));
    return {
      items: Items.map(fromAttributes),
      looked: ScannedCount,
      readUnits: ConsumedCapacity?.CapacityUnits ?? 0,
      next: LastEvaluatedKey === undefined ? undefined : fromAttributes(LastEvaluatedKey),
    };
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action, table });
  }
}
