import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AttributeValue, type DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { sendForItems } from '../../aws/item-requests.ts';
import { fromAttributes, type PlainItem, toAttributes } from './attribute-values.ts';
import { type BatchContext, getItems, MAX_BATCH_KEYS } from './batches.ts';

/** A key of texts. DynamoDB may return a number in another form. */
type TextKey = { readonly [attribute: string]: string };

/**
 * Reads the items of keys, strongly consistent, of which most are in few requests: what callers ask for in the same turn of
 * the event loop goes in one request, whatever the tables are. No caller depends on what another asks for:
 *
 * - If DynamoDB leaves one of a caller's keys unprocessed, this caller alone asks again.
 * - If DynamoDB refuses the common request, because it throttles, lacks or protects one of the tables for example, each
 *   caller sends its own.
 *
 * Only an answer that is damaged or does not come fails all of them. Each caller gets objects of its own.
 *
 * @returns the items that are there, in no order
 * @throws what `getItems` throws
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { getItemsCoalesced } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const [pdrs, granules] = await Promise.all([
 *   getItemsCoalesced({ client, table: 'prod-PdrsTable' }, [{ pdrName: 'P1' }]),
 *   getItemsCoalesced({ client, table: 'prod-GranulesTable' }, [{ granuleId: 'G1' }, { granuleId: 'G2' }]),
 * ]);
 * ```
 */
export async function getItemsCoalesced(
  { client, table }: BatchContext,
  keys: readonly TextKey[],
): Promise<readonly PlainItem[]> {
  const wanted: Wanted = new Map(keys.map((key) => [textOf(table, Object.keys(key), key), { table, key }]));
  const canShare = wanted.size > 0 && wanted.size <= MAX_BATCH_KEYS;
  const answer = canShare ? await join(client, wanted) : NONE;
  const texts = [...wanted.keys()];
  if (!texts.every((text) => answer.has(text))) return getItems({ client, table, consistent: true }, keys);
  const items = texts.map((text) => answer.get(text)).filter((item) => item !== undefined);
  return items.map((item) => fromAttributes(item));
}

/** What a common request has said of keys, by their texts: an item, or undefined where there is none. Other keys are open. */
type Answer = ReadonlyMap<string, Attributes | undefined>;

type Attributes = Readonly<Record<string, AttributeValue>>;

const NONE: Answer = new Map();

type Wanted = ReadonlyMap<string, { readonly table: string; readonly key: TextKey }>;

/** The request that callers of this turn of the event loop can still join. */
const open = new WeakMap<DynamoDBClient, CommonRequest>();

/** Adds a caller's keys to the open request, or to a new one if it has no place for them. */
function join(client: DynamoDBClient, wanted: Wanted): Promise<Answer> {
  const request = open.get(client);
  if (request?.add(wanted)) return request.answer;
  const next = new CommonRequest(client, wanted);
  open.set(client, next);
  return next.answer;
}

/** A request for the items of several callers, sent at the end of the turn. */
class CommonRequest {
  readonly answer: Promise<Answer>;
  readonly #wanted: Map<string, { readonly table: string; readonly key: TextKey }>;
  #callers = 1;

  constructor(client: DynamoDBClient, wanted: Wanted) {
    this.#wanted = new Map(wanted);
    this.answer = nextTurn().then(() => {
      if (open.get(client) === this) open.delete(client);
      return this.#callers > 1 ? ask(client, this.#wanted) : NONE;
    });
  }

  /** @returns false, if the keys would be too many */
  add(wanted: Wanted): boolean {
    const added = [...wanted].filter(([text]) => !this.#wanted.has(text));
    if (this.#wanted.size + added.length > MAX_BATCH_KEYS) return false;
    for (const [text, one] of added) this.#wanted.set(text, one);
    this.#callers += 1;
    return true;
  }
}

/** @returns nothing, if DynamoDB refuses the request */
async function ask(client: DynamoDBClient, wanted: Wanted): Promise<Answer> {
  const RequestItems: Record<string, { Keys: Attributes[]; ConsistentRead: true }> = {};
  for (const { table, key } of wanted.values()) {
    RequestItems[table] ??= { Keys: [], ConsistentRead: true };
    RequestItems[table].Keys.push(toAttributes(key));
  }
  try {
    const { Responses = {}, UnprocessedKeys = {} } = await sendForItems(client, 'BatchGetItem', { RequestItems });
    const answer = new Map<string, Attributes | undefined>([...wanted.keys()].map((text) => [text, undefined]));
    for (const [
      table,
      {
        Keys: [key = {}],
      },
    ] of Object.entries(RequestItems)) {
      const names = Object.keys(key);
      for (const item of Responses[table] ?? []) answer.set(textOfItem(table, names, item), item);
      for (const left of UnprocessedKeys[table]?.Keys ?? []) answer.delete(textOfItem(table, names, left));
    }
    return answer.size > wanted.size ? NONE : answer;
  } catch (error) {
    if (error instanceof DynamoDBServiceException) return NONE;
    const table = Object.keys(RequestItems).join(', ');
    throw await explainDynamoDBError(error, client, { action: 'BatchGetItem', table });
  }
}

/** A text that is the same for the same key of the same table. */
function textOf(table: string, names: readonly string[], key: Readonly<Record<string, string | undefined>>): string {
  return JSON.stringify([table, ...[...names].sort().map((name) => key[name])]);
}

function textOfItem(table: string, names: readonly string[], item: Attributes): string {
  return textOf(table, names, Object.fromEntries(names.map((name) => [name, item[name]?.S])));
}
