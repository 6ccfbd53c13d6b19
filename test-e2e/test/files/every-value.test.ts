import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backUpTable, restoreTable, verifyBackup } from '@cumulus/dynamodb/backup';
import { onDynamoDBLocal, ownFolder, sizeOf } from '@cumulus/test-kit';
import { client, ownTables } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyAttributes } from '../kit/any-item.ts';
import { cumulusApi, cumulusApiResult, cumulusApiResults } from '../kit/command.ts';
import { answerLost } from '../kit/faults/answer-lost.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom } from '../kit/faults/random.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { itemsRaw, putRaw, type RawItem } from '../kit/raw-requests.ts';

/** Keys that no attribute of {@link anyAttributes} has. */
const KEYS = ['the-key', 'the-version'];

const ODD_ITEMS = [
  '"N":{"N":"12345678901234567890123456789012345678"},"__proto__":{"M":{"__proto__":{"S":"kept"}}}',
  '"S":{"S":""},"B":{"B":""},"L":{"L":[]},"M":{"M":{}},"Item":{"M":{"S":{"S":"x"}}}',
  '"NS":{"NS":["1","0.1","-1E-130","99999999999999999999999999999999999999"]},"BS":{"BS":["AA==","/w=="]}',
  '"text":{"S":"line\\nbreak\\r\\n\\u2028 😀 \\u0000"},"NULL":{"NULL":true},"BOOL":{"BOOL":false}',
  '"lone":{"S":"\\ud83d"}',
];

// dynalite refuses some of these values.
onDynamoDBLocal('whatever DynamoDB can hold', () => {
  const folder = ownFolder();
  const tables = ownTables();

  function withKey(attributes: string, number: number): string {
    const key = `"the-key":{"S":"k\\n${number}😀"},"the-version":{"S":"${number % 3}"}`;
    return attributes === '{}' ? `{${key}}` : `{${key},${attributes.slice(1)}`;
  }

  test('comes back from a backup as it was, whatever the items', async () => {
    const property = fc.asyncProperty(
      fc.array(anyAttributes, { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      async (items, gzip) => {
        const table = await tables.create([], KEYS);
        await Promise.all(items.map((attributes, number) => putRaw(table, withKey(attributes, number))));
        const { file } = await backUpTable({ client, table, directory: folder, gzip });
        const target = tables.name();
        const restored = await restoreTable({ client, file, table: target, createTable: true });
        expect(restored.items).toBe(items.length);
        for (const secondThread of [false, true]) {
          const { comparison } = await verifyBackup({ file, liveTable: { client, name: target }, secondThread });
          expect(comparison).toMatchObject({ equal: true, same: items.length });
        }
        expect(byKey(await itemsRaw(target))).toEqual(byKey(await itemsRaw(table)));
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: sizeOf({ usual: 5, whole: 15 }), endOnFailure: true });
  }, 120_000);

  test('comes back through the command: odd names, 38 digits, empty values, line breaks, a lone surrogate', async () => {
    const table = await tables.create([], KEYS);
    for (const [number, attributes] of ODD_ITEMS.entries()) await putRaw(table, withKey(`{${attributes}}`, number));
    const before = byKey(await itemsRaw(table));
    expect(before.join()).toContain('"__proto__":{"M":{"__proto__":{"S":"kept"}}}');
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    const target = tables.name();
    await cumulusApiResults(['restore', file, '--table', target, '--create-table']);
    expect(await cumulusApi(['verify', file, '--table', target])).toMatchObject({ code: 0 });
    expect(byKey(await itemsRaw(target))).toEqual(before);
  });

  test.each([
    ['a write was left unprocessed at first', [], unprocessed(0.7, seededRandom(1))],
    ['the answer to a write was lost', ['--skip-existing'], answerLost('PutItem')],
  ])('comes back through the command where %s', async (_, options, fault) => {
    const table = await tables.create([], KEYS);
    for (const [number, attributes] of ODD_ITEMS.entries()) await putRaw(table, withKey(`{${attributes}}`, number));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    const target = await tables.create([], KEYS);
    await withFaults([fault], async (proxy) => {
      const args = ['restore', file, '--table', target, ...options];
      expect(await cumulusApiResult(args, proxy)).toMatchObject({ items: ODD_ITEMS.length, skipped: 0 });
      expect(proxy.faults).toBeGreaterThan(0);
    });
    expect(byKey(await itemsRaw(target))).toEqual(byKey(await itemsRaw(table)));
  });

  test('is distinguished: verify finds one digit of 38, one member of a set, one attribute named __proto__ that differs', async () => {
    const table = await tables.create([], KEYS);
    // A file that nothing proves may not have half of a surrogate pair.
    const items = ODD_ITEMS.filter((attributes) => !attributes.startsWith('"lone"'));
    for (const [number, attributes] of items.entries()) await putRaw(table, withKey(`{${attributes}}`, number));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    const content = await readFile(file, 'utf8');
    for (const [from, to] of [
      ['12345678901234567890123456789012345678', '12345678901234567890123456789012345679'],
      ['"AA=="', '"AQ=="'],
      ['"kept"', '"lost"'],
    ] as const) {
      expect(content).toContain(from);
      const altered = join(folder, 'altered.json');
      await writeFile(altered, content.replace(from, to));
      const verify = await cumulusApi(['verify', altered, '--table', table]);
      expect({ from, code: verify.code }).toEqual({ from, code: 1 });
      expect(verify.stderr + verify.stdout).toContain('the-key');
    }
  });
});

function byKey(items: readonly RawItem[]): string[] {
  return items.map((item) => JSON.stringify(item, sortedNames)).sort();
}

/** The order of attributes is chance. */
function sortedNames(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
