import {
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../../src/aws/client.ts';
import { RequestFailedError, TableNotFoundError } from '../../../src/aws/errors.ts';
import { getItems } from '../../../src/items/plain/batches.ts';
import { getItemsCoalesced } from '../../../src/items/plain/coalesced-reads.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;

type Requested = NonNullable<BatchGetItemCommandInput['RequestItems']>;
type Answer = Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>;
type Send = (requested: Requested) => Promise<Answer>;

/** The requests that were sent, by the number of keys of each table. */
let sent: Readonly<Record<string, number>>[] = [];

/** Has all requests go through a function. */
function through(disturb: (requested: Requested, send: Send) => Promise<Answer>): void {
  sent = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems: requested = {} } = args.input as BatchGetItemCommandInput;
      sent.push(Object.fromEntries(Object.entries(requested).map(([table, { Keys = [] }]) => [table, Keys.length])));
      let whole: object | undefined;
      const answer = await disturb(requested, async (RequestItems) => {
        const result = await next({ ...args, input: { ...args.input, RequestItems } });
        whole = result.output;
        return result.output as BatchGetItemCommandOutput;
      });
      return { response: undefined, output: { ...whole, ...answer, $metadata: {} } as never };
    },
    { step: 'initialize', name: 'disturb', override: true },
  );
}

afterEach(() => {
  client.middlewareStack.remove('disturb');
});

function keyOf(number: number): { readonly granuleId: string } {
  return { granuleId: `granule-${String(number).padStart(3, '0')}` };
}

function itemOf(number: number): TypedItem {
  return { granuleId: { S: keyOf(number).granuleId } };
}

/** Reads by the numbers of granules. @returns the ids that are there */
async function read(table: string, numbers: readonly number[]): Promise<readonly unknown[]> {
  const items = await getItemsCoalesced({ client, table }, numbers.map(keyOf));
  return items.map(({ granuleId }) => granuleId).sort();
}

function ids(numbers: readonly number[]): readonly unknown[] {
  return numbers.map((number) => keyOf(number).granuleId);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('reads that are asked for at once', () => {
  test('go in one request, and each caller gets its own items', async () => {
    const [one, other] = [await scratch.table([itemOf(1), itemOf(2)]), await scratch.table([itemOf(1)])];
    through((requested, send) => send(requested));
    expect(await Promise.all([read(one, [1, 3]), read(other, [1, 2]), read(one, [1, 2]), read(other, [])])).toEqual([
      ids([1]),
      ids([1]),
      ids([1, 2]),
      [],
    ]);
    expect(sent).toEqual([{ [one]: 3, [other]: 2 }]);
    expect(await read(one, [2])).toEqual(ids([2]));
    expect(sent.slice(1)).toEqual([{ [one]: 1 }]);
  });

  test('go in as many requests as their keys need', async () => {
    const table = await scratch.table(range(0, 250).map((number) => itemOf(number)));
    through((requested, send) => send(requested));
    const wanted = [range(0, 60), range(40, 100), range(100, 130), range(90, 195), range(200, 260)];
    const found = await Promise.all(wanted.map((numbers) => read(table, numbers)));
    expect(found).toEqual(wanted.map((numbers) => ids(numbers.filter((number) => number < 250))));
    const sizes = sent.map((request) => request[table] ?? 0);
    expect(sizes.every((size) => size <= 100)).toBe(true);
    expect(sizes).toContain(100);
  });

  test('give what reads by themselves give', async () => {
    const tables = [await scratch.table(range(0, 9).map((number) => itemOf(number))), await scratch.table([itemOf(3)])];
    const reads = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.array(fc.nat({ max: 12 }), { maxLength: 5 })), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(reads, async (wanted) => {
        const each = wanted.map(([at, numbers]) => ({ table: tables[at] ?? '', numbers }));
        const together = await Promise.all(each.map(({ table, numbers }) => read(table, numbers)));
        for (const [index, { table, numbers }] of each.entries()) {
          const alone = await getItems({ client, table, consistent: true }, numbers.map(keyOf));
          expect(together[index]).toEqual(alone.map(({ granuleId }) => granuleId).sort());
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('of reads in one request', () => {
  test('those of the same key get objects of their own', async () => {
    const table = await scratch.table([{ ...itemOf(1), files: { L: [{ S: 'one' }] } }]);
    through((requested, send) => send(requested));
    const ask = async () => (await getItemsCoalesced({ client, table }, [keyOf(1)]))[0] as { files: string[] };
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(sent).toEqual([{ [table]: 1 }]);
    first.files.push('another');
    expect(second).toEqual({ ...keyOf(1), files: ['one'] });
  });

  test('those that DynamoDB leaves unprocessed are asked for again, the others are not', async () => {
    const [one, other] = [await scratch.table([itemOf(1), itemOf(2)]), await scratch.table([itemOf(1)])];
    let refusals = 2;
    through(async (requested, send) => {
      const { [one]: left, ...processed } = requested;
      if (left === undefined || refusals === 0) return send(requested);
      refusals -= 1;
      const first = { ...left, Keys: left.Keys?.slice(0, 1) };
      const answer = await send({ ...processed, [one]: first });
      return { ...answer, UnprocessedKeys: { [one]: { ...left, Keys: left.Keys?.slice(1) } } };
    });
    const found = await Promise.all([read(one, [1]), read(one, [1, 2]), read(other, [1])]);
    expect(found).toEqual([ids([1]), ids([1, 2]), ids([1])]);
    // The second caller asks for both of its keys, and once more for the one that is left.
    expect(sent).toEqual([{ [one]: 2, [other]: 1 }, { [one]: 2 }, { [one]: 1 }]);
  });

  test('one about a table that is not there fails alone', async () => {
    const [table, missing] = [await scratch.table([itemOf(1)]), scratch.tableName()];
    const [found, refused] = await Promise.allSettled([read(table, [1]), read(missing, [1])]);
    expect(found).toEqual({ status: 'fulfilled', value: ids([1]) });
    expect(refused).toEqual({ status: 'rejected', reason: expect.any(TableNotFoundError) });
  });

  test('each is asked for by itself if DynamoDB throttles the request', async () => {
    const [one, other] = [await scratch.table([itemOf(1)]), await scratch.table([itemOf(1)])];
    through((requested, send) => {
      if (Object.keys(requested).length === 1) return send(requested);
      throw new ThrottlingException({ message: 'as the test needs', $metadata: {} });
    });
    expect(await Promise.all([read(one, [1]), read(other, [1])])).toEqual([ids([1]), ids([1])]);
    expect(sent).toEqual([{ [one]: 1, [other]: 1 }, { [one]: 1 }, { [other]: 1 }]);
  });

  test('each is asked for by itself if items come under other keys', async () => {
    const table = await scratch.table([itemOf(1), itemOf(2)]);
    through(async (requested, send) => {
      const answer = await send(requested);
      if ((requested[table]?.Keys?.length ?? 0) === 1) return answer;
      return { ...answer, Responses: { [table]: [{ granuleId: { S: 'another' } }] } };
    });
    expect(await Promise.all([read(table, [1]), read(table, [2])])).toEqual([ids([1]), ids([2])]);
  });

  test('all fail if DynamoDB cannot be reached', async () => {
    const unreachable = createClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1', retryPolicy: NO_RETRIES });
    const ask = (table: string) => getItemsCoalesced({ client: unreachable, table }, [keyOf(1)]);
    const outcomes = await Promise.allSettled([ask('one'), ask('other')]);
    unreachable.destroy();
    const failed = { status: 'rejected', reason: expect.any(RequestFailedError) };
    expect(outcomes).toEqual([failed, failed]);
  });
});

const NO_RETRIES = { maxAttempts: 1, retryTimeout: 0, initialDelay: 1 };
