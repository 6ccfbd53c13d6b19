import { BatchGetItemCommand, type BatchGetItemCommandOutput, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../../src/aws/client.ts';
import { fromAttributes, toAttributes } from '../../../src/items/plain/attribute-values.ts';
import { deleteItems, getItems } from '../../../src/items/plain/batches.ts';
import { writeIf, writeTogether } from '../../../src/items/plain/conditional-writes.ts';
import {
  absent,
  anyOf,
  type Condition,
  equals,
  exists,
  isNot,
  less,
  noneOf,
} from '../../../src/items/plain/conditions.ts';
import { queryPage, scanPageOfItems } from '../../../src/items/plain/item-pages.ts';
import { canonicalItem, fromSdkItem } from '../../../src/items/typed-item.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;

/** Attribute names that break expressions which are written out: reserved words, dots, spaces, placeholders' own look. */
const ODD_NAMES = ['status', 'name', 'size', 'a.b', 'a b', '#n0', ':v0', 'año', 'x[0]', 'SET', "it's"];

describe('values', () => {
  test('numbers keep all their digits on the way out of a table and back', () => {
    const digits = fc
      .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: -80, max: 80 }))
      .map(([number, exponent]) => `${number}e${exponent}`);
    fc.assert(
      fc.property(digits, (N) => {
        const item = { number: { N }, nested: { M: { list: { L: [{ N }] } } } };
        const again = toAttributes(fromAttributes(item));
        expect(canonicalItem(fromSdkItem(again))).toBe(canonicalItem(fromSdkItem(item)));
      }),
    );
  });

  test('what a JavaScript number holds is one, a longer whole number is a bigint, another is a NumberValue', () => {
    expect(
      fromAttributes({ a: { N: '1577836800000' }, b: { N: '0.1' }, c: { N: '9007199254740993' }, d: { N: '1E2' } }),
    ).toEqual({ a: 1577836800000, b: 0.1, c: 9007199254740993n, d: 100 });
    expect(fromAttributes({ a: { N: '0.12345678901234567890123' } })['a']).toBeInstanceOf(NumberValue);
  });

  test('undefined is left out, also within; an empty text, null and sets are kept', () => {
    expect(toAttributes({ a: undefined, b: { c: undefined, d: '' }, e: null, f: new Set(['x']) })).toEqual({
      b: { M: { d: { S: '' } } },
      e: { NULL: true },
      f: { SS: ['x'] },
    });
  });
});

describe('one conditional write', () => {
  test('a put happens only under its condition, and reports what is there otherwise', async () => {
    const table = await scratch.table();
    const put = (item: object) =>
      writeIf(client, { kind: 'put', table, item: { ...item }, conditions: [absent('granuleId')] });
    expect(await put({ granuleId: 'g', status: 'running' })).toMatchObject({ done: true });
    expect(await put({ granuleId: 'g', status: 'failed' })).toEqual({
      done: false,
      present: { granuleId: 'g', status: 'running' },
    });
  });

  test('attributes of any name are set, kept where they are, and removed, and no other is touched', async () => {
    const table = await scratch.table();
    const odd = Object.fromEntries(ODD_NAMES.map((name) => [name, 1]));
    await writeIf(client, { kind: 'put', table, item: { granuleId: 'g', ...odd, other: 'kept' }, conditions: [] });
    const [first = '', ...rest] = ODD_NAMES;
    const outcome = await writeIf(client, {
      kind: 'update',
      table,
      key: { granuleId: 'g' },
      changes: {
        set: Object.fromEntries(rest.map((name) => [name, 2])),
        setIfAbsent: { other: 'lost', added: 'yes', nothing: undefined },
        remove: [first],
      },
      conditions: [exists('granuleId'), ...ODD_NAMES.map((name) => equals(name, 1)), less('a.b', 2)],
    });
    const after = { granuleId: 'g', ...Object.fromEntries(rest.map((name) => [name, 2])), other: 'kept', added: 'yes' };
    expect(outcome).toEqual({ done: true, before: undefined, after });
  });

  test('returns no item that nobody needs, and is done all the same', async () => {
    const table = await scratch.table([granule(1)]);
    const key = { granuleId: 'granule-000001' };
    const write = (one: Parameters<typeof writeIf>[1]) => writeIf(client, one, { returnsItem: false });
    const item = { ...key, status: 'running' };
    expect(await write({ kind: 'put', table, item, conditions: [] })).toEqual({
      done: true,
      before: undefined,
      after: item,
    });
    const nothing = { done: true, before: undefined, after: undefined };
    const changes = { set: { status: 'failed' } };
    expect(await write({ kind: 'update', table, key, changes, conditions: [] })).toEqual(nothing);
    const present = { ...key, status: 'failed' };
    const conditions = [equals('status', 'running')];
    expect(await write({ kind: 'update', table, key, changes, conditions })).toEqual({ done: false, present });
    expect(await write({ kind: 'delete', table, key, conditions: [equals('status', 'failed')] })).toEqual(nothing);
    expect(await getItems({ client, table, consistent: true }, [key])).toEqual([]);
  });

  test('an update of what is not there does not make it', async () => {
    const table = await scratch.table();
    const changes = { set: { status: 'failed' } };
    const key = { granuleId: 'g' };
    const conditions = [exists('granuleId')];
    expect(await writeIf(client, { kind: 'update', table, key, changes, conditions })).toEqual({
      done: false,
      present: undefined,
    });
    expect(await getItems({ client, table, consistent: true }, [key])).toEqual([]);
  });

  test('a delete reports what was there', async () => {
    const table = await scratch.table([granule(1)]);
    const key = { granuleId: 'granule-000001' };
    const condition = anyOf(equals('collectionId', 'none'), equals('collectionId', 'MOD09GQ___001'));
    expect(await writeIf(client, { kind: 'delete', table, key, conditions: [condition] })).toMatchObject({
      done: true,
      before: key,
    });
    expect(await writeIf(client, { kind: 'delete', table, key, conditions: [] })).toMatchObject({ before: undefined });
  });

  test('a put that the SDK sends again after a lost answer is not taken for another’s', async () => {
    const table = await scratch.table();
    const own = createClient();
    own.middlewareStack.add(
      (next) => {
        let lost = false;
        return async (args) => {
          const result = await next(args);
          if (lost) return result;
          lost = true;
          throw Object.assign(new Error('the answer is lost'), { $retryable: {}, code: 'ECONNRESET' });
        };
      },
      { step: 'deserialize', priority: 'low' },
    );
    const item = { granuleId: 'g', size: 5 };
    expect(await writeIf(own, { kind: 'put', table, item, conditions: [absent('granuleId')] })).toMatchObject({
      done: true,
      after: item,
    });
  });

  test('a missing table is named', async () => {
    const write = { kind: 'delete', table: 'none', key: { granuleId: 'g' }, conditions: [] } as const;
    await expect(writeIf(client, write)).rejects.toThrow('Table none does not exist in');
  });
});

onDynamoDBLocal('writes together', () => {
  test('all happen or none, and the unmet conditions are reported by their place', async () => {
    const table = await scratch.table([granule(1)]);
    const put = { kind: 'put', table, item: { granuleId: 'new' }, conditions: [absent('granuleId')] } as const;
    const check = { kind: 'check', table, key: { granuleId: 'granule-000001' } } as const;
    const refused = await writeTogether(client, [put, { ...check, conditions: [absent('granuleId')] }]);
    expect(refused).toMatchObject({ done: false, failed: [{ index: 1, present: { granuleId: 'granule-000001' } }] });
    expect(await getItems({ client, table, consistent: true }, [{ granuleId: 'new' }])).toEqual([]);
    expect(await writeTogether(client, [put, { ...check, conditions: [exists('granuleId')] }])).toEqual({ done: true });
    expect(await getItems({ client, table, consistent: true }, [{ granuleId: 'new' }])).toHaveLength(1);
  });

  test('many at once on one item: each that says done has happened, none is lost to a conflict', async () => {
    const table = await scratch.table();
    const key = { granuleId: 'counter' };
    await writeIf(client, { kind: 'put', table, item: { ...key, value: 0 }, conditions: [] });
    const add = async (): Promise<void> => {
      for (;;) {
        const [item] = await getItems({ client, table, consistent: true }, [key]);
        const value = Number(item?.['value']);
        const conditions = [equals('value', value)];
        const write = { kind: 'update', table, key, changes: { set: { value: value + 1 } }, conditions } as const;
        if ((await writeTogether(client, [write])).done) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await getItems({ client, table, consistent: true }, [key])).toEqual([{ ...key, value: 12 }]);
  });
});

describe('batches', () => {
  test('any number of keys, some twice, some absent', async () => {
    const table = await scratch.table(Array.from({ length: 130 }, (_, number) => granule(number)));
    const key = (number: number) => ({ granuleId: `granule-${String(number).padStart(6, '0')}` });
    const keys = Array.from({ length: 140 }, (_, number) => key(number));
    expect(await getItems({ client, table }, [...keys, key(1)])).toHaveLength(130);
    await deleteItems({ client, table }, [...keys.slice(0, 129), key(1)]);
    expect(await getItems({ client, table, consistent: true }, keys)).toMatchObject([key(129)]);
  });

  test('keys that were left unprocessed are asked for again', async () => {
    const table = await scratch.table([granule(1), granule(2)]);
    const own = createClient();
    let requests = 0;
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== BatchGetItemCommand.name || requests++ > 0) return next(args);
          const output: Partial<BatchGetItemCommandOutput> = {
            Responses: { [table]: [] },
            UnprocessedKeys: (args.input as BatchGetItemCommand['input']).RequestItems ?? {},
          };
          return { output: { ...output, $metadata: {} }, response: {} };
        },
      { step: 'initialize' },
    );
    expect(await getItems({ client: own, table }, [{ granuleId: 'granule-000001' }])).toHaveLength(1);
    expect(requests).toBe(2);
  });
});

describe('pages', () => {
  test('an index by its keys, falling, page after page', async () => {
    const table = await scratch.table(Array.from({ length: 30 }, (_, number) => granule(number)));
    const request = {
      client,
      table,
      index: 'collectionId-granuleId-index',
      hashKey: ['collectionId', 'MOD09GQ___001'],
      descending: true,
      limit: 4,
    } as const;
    const ids: unknown[] = [];
    let page = await queryPage(request);
    for (; page.next !== undefined; page = await queryPage({ ...request, after: page.next })) {
      ids.push(...page.items.map(({ granuleId }) => granuleId));
    }
    ids.push(...page.items.map(({ granuleId }) => granuleId));
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    expect(ids).toHaveLength(10);
  });

  test('a scan looks at no more items than it may, and lets only those through that fit', async () => {
    const table = await scratch.table(Array.from({ length: 30 }, (_, number) => granule(number)));
    const page = await scanPageOfItems({ client, table, limit: 30, filter: [equals('collectionId', 'MOD09GQ___001')] });
    expect(page.items).toHaveLength(10);
  });

  test('items whose attribute is missing, or of another type or value, are distinguished from the others', async () => {
    const table = await scratch.table([
      granule(1, { status: { S: 'failed' }, timestamp: { N: '1' } }),
      granule(2, { status: { S: 'odd' }, timestamp: { N: '1' } }),
      granule(3, { status: { S: 'failed' }, timestamp: { S: '1' } }),
      granule(4, { timestamp: { NULL: true } }),
    ]);
    const found = async (...filter: Condition[]): Promise<unknown[]> => {
      const { items } = await scanPageOfItems({ client, table, filter });
      return items.map(({ granuleId }) => Number(String(granuleId).slice(-1))).sort();
    };
    expect(await found(isNot('timestamp', 'N'))).toEqual([3, 4]);
    expect(await found(noneOf('status', ['failed', 'running']))).toEqual([2, 4]);
    expect(await found(anyOf(isNot('timestamp', 'N'), noneOf('status', ['failed'])))).toEqual([2, 3, 4]);
  });

  test('an item that another writer put with odd attributes comes as it is', async () => {
    const table = await scratch.table();
    const Item = { granuleId: { S: 'g' }, 'a.b': { NULL: true as const }, n: { N: '12345678901234567890' } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
    expect((await scanPageOfItems({ client, table })).items).toEqual([
      { granuleId: 'g', 'a.b': null, n: 12345678901234567890n },
    ]);
  });
});
