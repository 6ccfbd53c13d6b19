import type { RawItem } from '../test/kit/raw-requests.ts';

type Typed = Readonly<Record<string, unknown>>;

/** The names of a table's key attributes, the hash key first. */
export type KeyNames = readonly string[];

/** What a table, or a file, holds: canonical key → canonical item. */
export type State = ReadonlyMap<string, string>;

/**
 * A text that two items share exactly if they are equal by value: the order of attributes, map keys and set members does not
 * count, nor how a number or a binary value is written. Made for the campaign alone, so that it does not share a mistake
 * with the code under test.
 */
export function canonicalItem(item: RawItem): string {
  return canonicalMap(item);
}

export function canonicalKey(item: RawItem, keys: KeyNames): string {
  return keys.map((name) => canonicalValue(item[name])).join(' ');
}

/** @throws Error if two items have the same key */
export function stateOf(items: readonly RawItem[], keys: KeyNames): State {
  const state = new Map<string, string>();
  for (const item of items) {
    const key = canonicalKey(item, keys);
    if (state.has(key)) throw new Error(`key ${key} is there twice`);
    state.set(key, canonicalItem(item));
  }
  return state;
}

/** How one state differs from another, seen from the first: what the second changed, lacks and has besides. */
export interface StateDifference {
  readonly same: number;
  readonly changed: number;
  readonly missing: number;
  readonly extra: number;
}

export function compareStates(expected: State, actual: State): StateDifference {
  let same = 0;
  let changed = 0;
  let missing = 0;
  for (const [key, item] of expected) {
    const other = actual.get(key);
    if (other === undefined) missing += 1;
    else if (other === item) same += 1;
    else changed += 1;
  }
  return { same, changed, missing, extra: actual.size - same - changed };
}

export function equalStates(one: State, other: State): boolean {
  return one.size === other.size && compareStates(one, other).same === one.size;
}

function canonicalMap(members: Typed): string {
  return Object.keys(members)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalValue(members[name])}`)
    .join(',');
}

function canonicalValue(value: unknown): string {
  const entries = Object.entries(value as Typed);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new Error(`${JSON.stringify(value)} is no attribute value`);
  const [type, content] = entry;
  switch (type) {
    case 'S':
      return `S${JSON.stringify(content)}`;
    case 'N':
      return `N${canonicalNumber(String(content))}`;
    case 'B':
      return `B${canonicalBinary(String(content))}`;
    case 'BOOL':
    case 'NULL':
      return `${type}${content}`;
    case 'SS':
      return canonicalSet(type, content, (member) => JSON.stringify(member));
    case 'NS':
      return canonicalSet(type, content, canonicalNumber);
    case 'BS':
      return canonicalSet(type, content, canonicalBinary);
    case 'L':
      return `L[${(content as unknown[]).map(canonicalValue).join(',')}]`;
    case 'M':
      return `M{${canonicalMap(content as Typed)}}`;
    default:
      throw new Error(`${type} is no type of an attribute`);
  }
}

function canonicalSet(type: string, members: unknown, canonical: (member: string) => string): string {
  return `${type}[${(members as string[]).map(canonical).sort().join(',')}]`;
}

/** Sign, digits without zeros at either end, and the power of ten of the last digit. */
function canonicalNumber(text: string): string {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) throw new Error(`${text} is no number`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

function canonicalBinary(text: string): string {
  return Buffer.from(text, 'base64').toString('hex');
}
