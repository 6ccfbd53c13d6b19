import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import { diffBackups } from '../../../src/backup/diff/diff.ts';
import { CorruptBackupError, HoldsChangesError, KeyUnknownError } from '../../../src/backup/errors.ts';
import type { TypedItem, TypedValue } from '../../../src/items/typed-item.ts';
import { FileError } from '../../../src/storage/errors.ts';
import { KeySchemaMismatchError } from '../../../src/tables/errors.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

function write(name: string, items: readonly TypedItem[]): string {
  const path = scratch.path(name);
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return path;
}

async function diff(a: string, b: string, list?: string) {
  return diffBackups({ a: { file: a }, b: { file: b }, list });
}

describe('diffBackups', () => {
  test('counts what is the same, changed and on one side only, and names the first by key and line', async () => {
    const a = write('a-GranulesTable.json', [granule(1), granule(2), granule(3)]);
    const b = write('b-GranulesTable.json', [granule(4), granule(3, { status: { S: 'failed' } }), granule(1)]);
    const { seconds: _, ...result } = await diff(a, b);
    expect(result).toMatchObject({
      a: { file: a, items: 3, proved: false, superseded: 0 },
      b: { file: b, items: 3 },
      equal: false,
      same: 1,
      changed: 1,
      onlyInA: 1,
      onlyInB: 1,
    });
    expect(result.differences).toEqual([
      {
        kind: 'changed',
        key: { granuleId: { S: 'granule-000003' } },
        a: { file: a, line: 3 },
        b: { file: b, line: 2 },
      },
      { kind: 'onlyInA', key: { granuleId: { S: 'granule-000002' } }, a: { file: a, line: 2 } },
      { kind: 'onlyInB', key: { granuleId: { S: 'granule-000004' } }, b: { file: b, line: 1 } },
    ]);
  });

  test('finds what a model finds, whatever the order of items, names and members and the form of numbers', async () => {
    await fc.assert(
      fc.asyncProperty(cases(), async ({ a, b, expected }) => {
        const [fileA, fileB] = [write('a-GranulesTable.json', a), write('b-GranulesTable.json', b)];
        const list = scratch.path('list.jsonl');
        const { same, changed, onlyInA, onlyInB, equal } = await diff(fileA, fileB, list);
        expect({ same, changed, onlyInA, onlyInB }).toEqual(expected.counts);
        expect(equal).toBe(changed + onlyInA + onlyInB === 0);
        const listed = readFileSync(list, 'utf8').split('\n').slice(0, -1);
        expect(listed.toSorted()).toEqual(expected.listed.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  test('names ten of each kind, and lists all in a file for its owner alone', async () => {
    const a = write(
      'a-GranulesTable.json',
      Array.from({ length: 25 }, (_, number) => granule(number)),
    );
    const b = write('b-GranulesTable.json', [granule(24)]);
    const list = scratch.path('list.jsonl');
    const { onlyInA, differences } = await diff(a, b, list);
    expect(onlyInA).toBe(24);
    expect(differences.map((difference) => difference.a?.line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(readFileSync(list, 'utf8').split('\n')).toHaveLength(25);
    expect(statSync(list).mode & 0o777).toBe(0o600);
  });

  test('of lines with the same key compares the last, and counts the others', async () => {
    const a = write('a-GranulesTable.json', [granule(1, { n: { N: '1' } }), granule(1, { n: { N: '2' } })]);
    const b = write('b-GranulesTable.json', [granule(1, { n: { N: '2.0' } })]);
    expect(await diff(a, b)).toMatchObject({ equal: true, same: 1, a: { items: 2, superseded: 1 } });
  });

  test('compares files of different formats', async () => {
    const a = scratch.path('a-GranulesTable.json');
    writeFileSync(a, gzipSync(`${JSON.stringify({ Item: granule(1, { n: { N: '1e3' } }) })}\n`));
    const b = scratch.path('b-GranulesTable.json');
    writeFileSync(
      b,
      '[{"granuleId":"granule-000001","collectionId":"MOD09GQ___001","createdAt":1577836800001,"n":1000}]',
    );
    expect(await diff(a, b)).toMatchObject({ equal: true, same: 1 });
  });

  test('compares a backup with a table as it stands now', async () => {
    const table = await scratch.table([granule(1), granule(2), granule(3)]);
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    await scratch.put(table, [granule(2, { status: { S: 'failed' } }), granule(9)]);
    expect(await diffBackups({ a: { file }, b: { client: scratch.client, table } })).toMatchObject({
      a: { file, proved: true, items: 3 },
      b: { table, items: 4 },
      equal: false,
      same: 2,
      changed: 1,
      onlyInA: 0,
      onlyInB: 1,
      expired: 0,
    });
  });

  test('refuses a list in place of what is compared, its manifest, or a link to it', async () => {
    const table = await scratch.table([granule(1), granule(2)]);
    const { file, manifest } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const b = write('b-GranulesTable.json', [granule(1)]);
    const link = scratch.path('link.jsonl');
    symlinkSync(file, link);
    const before = [file, manifest, b].map((path) => readFileSync(path, 'utf8'));
    for (const list of [file, manifest, b, link]) {
      await expect(diff(file, b, list)).rejects.toThrow(FileError);
    }
    expect([file, manifest, b].map((path) => readFileSync(path, 'utf8'))).toEqual(before);
  });

  test('refuses a damaged backup, and leaves the list as it was', async () => {
    const table = await scratch.table([granule(1), granule(2)]);
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const b = write('b-GranulesTable.json', [granule(1)]);
    const list = scratch.path('list.jsonl');
    writeFileSync(list, 'earlier\n');
    writeFileSync(file, readFileSync(file, 'utf8').replace('MOD09GQ___001', 'MOD09GQ___002'));
    await expect(diff(file, b, list)).rejects.toThrow(CorruptBackupError);
    await expect(diff(b, file, list)).rejects.toThrow(CorruptBackupError);
    expect(readFileSync(list, 'utf8')).toBe('earlier\n');
  });

  test('refuses changes, unknown keys and backups of tables with different keys', async () => {
    const a = write('a-GranulesTable.json', [granule(1)]);
    const changes = scratch.path('changes-GranulesTable.json');
    const { granuleId } = granule(1) as { granuleId: TypedValue };
    writeFileSync(
      changes,
      `${JSON.stringify({ Metadata: { WriteTimestampMicros: { N: '1' } }, Keys: { granuleId } })}\n`,
    );
    await expect(diff(a, changes)).rejects.toThrow(HoldsChangesError);
    const unknown = write('unknown.json', [granule(1)]);
    await expect(diff(unknown, unknown)).rejects.toThrow(KeyUnknownError);
    expect(await diff(a, unknown)).toMatchObject({ equal: true });
    const rules = write('a-RulesTable.json', [{ name: { S: 'r' } }]);
    await expect(diff(a, rules)).rejects.toThrow(KeySchemaMismatchError);
  });
});

onDynamoDBLocal('diffBackups, with a table with time to live', () => {
  test('does not call an item different that the table lacks since its time to live has passed', async () => {
    const table = await scratch.table([granule(1)]);
    const now = Math.floor(Date.now() / 1000);
    const file = write('a-GranulesTable.json', [
      granule(1),
      granule(2, { until: { N: String(now - 100) } }),
      granule(3, { until: { N: String(now + 10_000) } }),
    ]);
    await scratch.client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
      }),
    );
    const withTable = await diffBackups({ a: { file }, b: { client: scratch.client, table } });
    expect(withTable).toMatchObject({ same: 1, expired: 1, onlyInA: 1 });
    const empty = write('b-GranulesTable.json', [granule(1)]);
    expect(await diff(file, empty)).toMatchObject({ same: 1, onlyInA: 2 });
  });
});

interface Case {
  readonly a: readonly TypedItem[];
  readonly b: readonly TypedItem[];
  readonly expected: { readonly counts: object; readonly listed: readonly string[] };
}

/** Two files of items with keys 0 to 11, each in a form of its own; and what a model says of them. */
function cases(): fc.Arbitrary<Case> {
  const side = fc.dictionary(fc.integer({ min: 0, max: 11 }).map(String), fc.integer({ min: 0, max: 2 }));
  return fc
    .record({
      a: side,
      b: side,
      seedA: fc.array(fc.nat(), { minLength: 9 }),
      seedB: fc.array(fc.nat(), { minLength: 9 }),
    })
    .map(({ a, b, seedA, seedB }) => {
      const counts = { same: 0, changed: 0, onlyInA: 0, onlyInB: 0 };
      const listed: string[] = [];
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const kind = !(key in b) ? 'onlyInA' : !(key in a) ? 'onlyInB' : a[key] === b[key] ? 'same' : 'changed';
        counts[kind] += 1;
        if (kind !== 'same') listed.push(JSON.stringify({ kind, key: { granuleId: { S: key } } }));
      }
      return { a: fileOf(a, seedA), b: fileOf(b, seedB), expected: { counts, listed } };
    });
}

/** Items in an order and form that the seed decides; some keys come earlier with values that do not count. */
function fileOf(values: Readonly<Record<string, number>>, seed: readonly number[]): readonly TypedItem[] {
  const choose = (index: number, of: number): number => (seed[index % seed.length] ?? 0) % of;
  const entries = Object.entries(values).toSorted(
    ([one], [other]) => choose(Number(one), 7) - choose(Number(other), 7),
  );
  const items = entries.map(([key, value], index): TypedItem => {
    const number = ['1.50', '15e-1', '+01.5'][choose(index, 3)] as string;
    const numbers = value === 0 ? [number, '2', '30'] : [number, '2', String(30 + value)];
    const attributes: [string, TypedValue][] = [
      ['granuleId', { S: key }],
      ['n', { N: choose(index + 1, 2) === 0 ? `${value}.0` : String(value) }],
      ['set', { NS: choose(index + 2, 2) === 0 ? numbers : numbers.toReversed() }],
      ['map', { M: { x: { S: 'ä' }, y: { L: [{ N: number }] } } }],
    ];
    return Object.fromEntries(choose(index + 3, 2) === 0 ? attributes : attributes.toReversed());
  });
  const earlier = entries
    .filter((_, index) => choose(index + 4, 3) === 0)
    .map(([key]): TypedItem => ({ granuleId: { S: key }, n: { N: '99' } }));
  return [...earlier, ...items];
}
