import fc from 'fast-check';
import { anyAttributes } from '../test/kit/any-item.ts';
import { numberBetween, type Random } from '../test/kit/faults/random.ts';
import type { RawItem } from '../test/kit/raw-requests.ts';

export type KeyType = 'S' | 'N' | 'B';

/** How a random table is made. */
export interface TableShape {
  readonly hash: KeyType;
  readonly range: KeyType | undefined;
  /** The type of the key of a global index, which some items have. */
  readonly index: KeyType | undefined;
}

export const HASH = 'pk';
export const RANGE = 'sk';
export const INDEXED = 'indexed';
const TYPES: readonly KeyType[] = ['S', 'N', 'B'];

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('There is nothing to pick from.');
  return value;
}

export function randomShape(random: Random): TableShape {
  return {
    hash: pick(random, TYPES),
    range: random() < 0.5 ? pick(random, TYPES) : undefined,
    index: random() < 0.3 ? pick(random, TYPES) : undefined,
  };
}

export function keyNames({ range }: TableShape): readonly string[] {
  return range === undefined ? [HASH] : [HASH, RANGE];
}

/** The body of CreateTable. */
export function createTableBody(name: string, { hash, range, index }: TableShape): string {
  const attribute = (AttributeName: string, AttributeType: KeyType | undefined) =>
    AttributeType === undefined ? [] : [{ AttributeName, AttributeType }];
  return JSON.stringify({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attribute(HASH, hash), ...attribute(RANGE, range), ...attribute(INDEXED, index)],
    KeySchema: [
      { AttributeName: HASH, KeyType: 'HASH' },
      ...(range === undefined ? [] : [{ AttributeName: RANGE, KeyType: 'RANGE' }]),
    ],
    ...(index === undefined
      ? {}
      : {
          GlobalSecondaryIndexes: [
            {
              IndexName: 'by-indexed',
              KeySchema: [{ AttributeName: INDEXED, KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
  });
}

/** How many items, and how large they are. */
export interface Content {
  readonly items: number;
  /** Bytes that are added to each item; to some only, unless it is a filling of equal size. */
  readonly padding: number;
  readonly everyItem: boolean;
}

/** Mostly small, some empty, some of a few hundred items, some with items near DynamoDB's limit of 400 KB. */
export function randomContent(random: Random): Content {
  const chance = random();
  if (chance < 0.08) return { items: 0, padding: 0, everyItem: false };
  if (chance < 0.18) return { items: numberBetween(random, 150, 400), padding: 0, everyItem: false };
  if (chance < 0.26) return { items: numberBetween(random, 5, 20), padding: 380_000, everyItem: false };
  return { items: numberBetween(random, 1, 80), padding: 0, everyItem: false };
}

/** Items with keys of their own; all keys of a table with a range key may share few hash keys. */
export function randomItems(random: Random, shape: TableShape, content: Content, first = 0): readonly RawItem[] {
  const seed = Math.floor(random() * 2 ** 31);
  const pool = fc.sample(anyAttributes, { seed, numRuns: Math.min(content.items, 40) + 1 });
  const skewed = shape.range !== undefined && random() < 0.5;
  return Array.from({ length: content.items }, (_, index) => {
    const number = first + index;
    // `__proto__` is an attribute like any other to JSON.parse, which a spread would lose.
    const item = JSON.parse(pick(random, pool)) as Record<string, unknown>;
    delete item[INDEXED];
    item[HASH] = keyValue(shape.hash, skewed ? number % 3 : number);
    if (shape.range !== undefined) item[RANGE] = keyValue(shape.range, number);
    if (shape.index !== undefined && random() < 0.6) item[INDEXED] = keyValue(shape.index, number % 7);
    item['number'] = { N: String(number) };
    if (content.padding > 0 && (content.everyItem || number % 9 === 0)) {
      item['padding'] = { S: noise(random, content.padding) };
    }
    return item;
  });
}

/** Text of hexadecimal digits, of which gzip cannot make little. */
function noise(random: Random, length: number): string {
  const words = Array.from({ length: Math.ceil(length / 8) }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  );
  return words.join('').slice(0, length);
}

export function keyValue(type: KeyType, number: number): Readonly<Record<string, string>> {
  switch (type) {
    case 'S':
      return { S: `key ${number}${number % 5 === 0 ? ' ü😀\n"' : ''}` };
    case 'N':
      return { N: number % 4 === 0 ? `-${number}.5` : `${number}12345678901234567890` };
    case 'B':
      return { B: Buffer.from([number & 255, number >> 8, 255, 0]).toString('base64') };
  }
}
