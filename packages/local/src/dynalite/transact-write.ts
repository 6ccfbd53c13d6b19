import { itemInTheWay } from './condition-failure.ts';
import { consumedCapacity } from './consumed-capacity.ts';
import type { Answer, Ask, Attributes } from './engine.ts';
import { errorMessage, errorName, invalid, Refusal, typeOf } from './failures.ts';
import { keyFrom, keyNames } from './table-keys.ts';

type Input = Readonly<Record<string, unknown>>;

/** DynamoDB's limits on one transaction. */
const MAX_WRITES = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_TOKEN_LENGTH = 36;

/** How long DynamoDB knows the token of a transaction that was done, in milliseconds. */
const TOKEN_LIFETIME = 10 * 60_000;

/** The operation of dynalite that does an action, or evaluates its condition: an update of nothing, which is taken back. */
const OPERATIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'UpdateItem',
} as const;

type Kind = keyof typeof OPERATIONS;

interface Action {
  readonly kind: Kind;
  readonly parameters: Input;
  readonly key: Attributes;
}

/** A transaction that was done. */
interface Done {
  readonly actions: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  readonly answers: readonly Answer[];
}

/** Why an action was not done, as DynamoDB says it. */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/** What dynalite has to return for each action: the item to be put back, and the capacity, should that be asked for. */
const ASKED = { ReturnValues: 'ALL_OLD', ReturnConsumedCapacity: 'TOTAL' } as const;

const NO_REASON: Reason = { Code: 'None' };

/**
 * What DynamoDB finds only when it looks at the item cancels the transaction and is that action's reason; the rest is wrong
 * with the request. The messages are those that the API reference lists for TransactionCanceledException.
 */
const OF_THE_ITEM =
  /^(One or more parameter values were invalid|The update expression attempted to|An operand in the update expression|Item size to update|Number overflow|Type mismatch for|Nesting Levels|The document path provided|The provided expression refers to)/;

/**
 * TransactWriteItems over dynalite, whose requests are answered one after the other: each action is done by itself, with
 * dynalite's own conditions; if one fails, those that were done are taken back before anybody sees them. As no two may be
 * about one item, each condition meets the items as they were before.
 */
export class TransactWrite {
  /** The transactions that were done lately, by their tokens. */
  readonly #done = new Map<string, Done>();

  async run(ask: Ask, input: Input): Promise<Answer> {
    try {
      const { ClientRequestToken: token, TransactItems: items, ReturnConsumedCapacity: capacity } = input;
      const actions = JSON.stringify(items);
      const done = this.#find(token, actions) ?? {
        actions,
        at: Date.now(),
        answers: await writeAll(ask, await actionsOf(ask, items)),
      };
      if (typeof token === 'string' && token !== '') this.#done.set(token, done);
      return { status: 200, body: consumedCapacity(capacity, done.answers) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #find(token: unknown, actions: string): Done | undefined {
    if (typeof token !== 'string') return undefined;
    if (token.length > MAX_TOKEN_LENGTH) {
      throw invalid(`ClientRequestToken must have length less than or equal to ${MAX_TOKEN_LENGTH}`);
    }
    for (const [known, { at }] of this.#done) if (Date.now() - at > TOKEN_LIFETIME) this.#done.delete(known);
    const done = this.#done.get(token);
    if (done !== undefined && done.actions !== actions) {
      throw new Refusal(typeOf('IdempotentParameterMismatchException'), 'The token belongs to another transaction');
    }
    return done;
  }
}

async function actionsOf(ask: Ask, items: unknown): Promise<readonly Action[]> {
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_WRITES) {
    throw invalid(`1 validation error detected: TransactItems must have 1 to ${MAX_WRITES} members`);
  }
  const actions: Action[] = [];
  const names = new Map<unknown, readonly string[]>();
  const seen = new Set<string>();
  for (const item of items as Input[]) {
    const { kind, parameters } = actionOf(item);
    const table = parameters['TableName'];
    names.set(table, names.get(table) ?? (await keyNames(ask, table)));
    const key = keyFrom(names.get(table) ?? [], parameters);
    const identity = JSON.stringify([table, key]);
    if (seen.has(identity)) throw invalid('Transaction request cannot include multiple operations on one item');
    seen.add(identity);
    actions.push({ kind, parameters, key });
  }
  if (Buffer.byteLength(JSON.stringify(items)) > MAX_BYTES) throw invalid('Transaction payload size cannot exceed 4MB');
  return actions;
}

function actionOf(item: Input): Pick<Action, 'kind' | 'parameters'> {
  const kinds = (Object.keys(OPERATIONS) as Kind[]).filter((kind) => item[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const parameters = item[kind] as Input;
  if (kind === 'ConditionCheck' && parameters['ConditionExpression'] === undefined) {
    throw invalid('A ConditionCheck must have a ConditionExpression');
  }
  return { kind, parameters };
}

/**
 * @returns the answers to each
 * @throws Refusal where one cannot be done; then none is
 */
async function writeAll(ask: Ask, actions: readonly Action[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const undo: (() => Promise<void>)[] = [];
  const reasons: Reason[] = [];
  let isDone = false;
  try {
    for (const action of actions) {
      const { kind, parameters } = action;
      const answer = await ask(OPERATIONS[kind], { ...parameters, ...ASKED });
      answers.push(answer);
      reasons.push(answer.status === 200 ? NO_REASON : await reasonOf(ask, action, answer));
      if (answer.status !== 200) continue;
      const takeBack = () => putBack(ask, action, answer.body['Attributes']);
      if (kind === 'ConditionCheck') await takeBack();
      else undo.push(takeBack);
    }
    isDone = reasons.every((reason) => reason === NO_REASON);
  } finally {
    if (!isDone) for (const takeBack of undo) await takeBack();
  }
  if (!isDone) throw cancelled(reasons);
  return answers;
}

async function putBack(ask: Ask, { parameters, key }: Action, before: unknown): Promise<void> {
  const TableName = parameters['TableName'];
  const { status, body } =
    before === undefined
      ? await ask('DeleteItem', { TableName, Key: key })
      : await ask('PutItem', { TableName, Item: before });
  if (status !== 200) throw new Error(`dynalite does not take an item back: ${JSON.stringify(body)}`);
}

async function reasonOf(ask: Ask, { parameters }: Action, answer: Answer): Promise<Reason> {
  const message = errorMessage(answer);
  if (errorName(answer) === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: message, ...(await itemInTheWay(ask, parameters)) };
  }
  if (OF_THE_ITEM.test(message)) return { Code: 'ValidationError', Message: message };
  throw new Refusal(String(answer.body['__type']), message);
}

function cancelled(reasons: readonly Reason[]): Refusal {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new Refusal(
    typeOf('TransactionCanceledException'),
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}
