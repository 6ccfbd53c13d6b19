import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TableItemFacts } from '../../../src/backup/compare/item-note.ts';
import { ItemPairs } from '../../../src/backup/compare/item-pairs.ts';
import { PageNotes } from '../../../src/backup/compare/page-notes.ts';
import { expiryOf } from '../../../src/items/expiry.ts';
import { canonicalKey, type KeyRule, keyOf, problemOfKeys } from '../../../src/items/item-key.ts';
import { itemDigest, type TypedItem } from '../../../src/items/typed-item.ts';
import { textsOfItem } from '../../items/text/texts-of-item.ts';

const key = { hash: { name: 'id', type: 'S' } } as const;
const rules: readonly KeyRule[] = [
  { name: 'id', type: 'S', ofTable: true, maxBytes: 2048 },
  { name: 'status', type: 'S', ofTable: false, maxBytes: 20 },
];

/** What was remembered of the items of pages, by their keys. */
async function remembered(...pages: readonly (readonly string[])[]) {
  const items = await ItemPairs.create<TableItemFacts, TableItemFacts>(1);
  const notes = new PageNotes({ key, rules, ttlAttribute: 'a' });
  try {
    for (const lines of pages) {
      await items.addNotes(notes.noteAll('R', Buffer.from(lines.map((line) => `${line}\n`).join(''))));
    }
    const found = new Map<string, object>();
    for await (const pairs of items.pairs()) {
      for (const { canonicalKey: of, left, right } of pairs) {
        expect(left).toBeUndefined();
        const { keyText, digest, facts } = right ?? {};
        found.set(of, { key: JSON.parse(keyText ?? ''), digest, facts });
      }
    }
    return found;
  } finally {
    await items.close();
  }
}

function expected(lines: readonly string[]) {
  return new Map(
    lines.map((line) => {
      const item = JSON.parse(line) as TypedItem;
      const facts = { expiry: expiryOf(item, 'a') ?? undefined, problem: problemOfKeys(item, rules) };
      return [
        canonicalKey(item, key),
        { key: keyOf(item, key), digest: itemDigest(item), facts: JSON.parse(JSON.stringify(facts)) },
      ];
    }),
  );
}

test('what is noted of a page is what its values say, whatever the items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(textsOfItem, { maxLength: 8 }), async (texts) => {
      const lines = texts.map(({ one }) => one);
      expect(await remembered(lines)).toEqual(expected(lines));
    }),
    { numRuns: 200 },
  );
});

test('pages come one after the other, with items larger than all that is held, many of them, and none', async () => {
  const item = (id: string, size: number): string => JSON.stringify({ id: { S: id }, text: { S: 'ü'.repeat(size) } });
  const pages = [
    [item('k'.repeat(2_000), 400_000), item('😀"\\', 1)],
    [],
    Array.from({ length: 3_000 }, (_, number) => item(`${'ключ'.repeat(100)} ${number}`, number % 7)),
  ];
  expect(await remembered(...pages)).toEqual(expected(pages.flat()));
});

test('a line that is not JSON is an error, also in the middle of a page', () => {
  const page = Buffer.from('{"id":{"S":"a"}}\n{"id":{"S":"b"},}\n{"id":{"S":"c"}}\n');
  expect(() => new PageNotes({ key }).noteAll('R', page)).toThrow('JSON');
});
