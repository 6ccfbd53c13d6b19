import { createHash } from 'node:crypto';
import { fromAttributes, type PlainItem, toAttributes } from '@cumulus/dynamodb/items';
import { canBeKey, MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import type { AccessPath, Stage, Wanted } from './access-path.ts';
import { damagedCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { type Place, parsePlace } from './record-order.ts';
import type { SearchedTable } from './searched-table.ts';
import { keyOf, type SourcePosition, sourcesOf, type WalkPosition } from './walk.ts';

/** Where a search goes on. */
export interface SearchPosition {
  /** The path that it is on; undefined for one by keys. */
  readonly path: string | undefined;
  /** From where on it is read; from the beginning unless given. */
  readonly from?: WalkPosition | undefined;
  /** Of a portion that is sorted by itself: how many entries it has, if it does not go to the end. */
  readonly looked?: number | undefined;
  /** Of what is sorted by itself: the place of the last record that was shown. */
  readonly after?: Place | undefined;
}

/** A position as a cursor holds it: keys as typed JSON, in which numbers keep their digits. */
interface PositionText {
  readonly path?: unknown;
  readonly stage?: unknown;
  readonly sources?: unknown;
  readonly looked?: unknown;
  readonly after?: unknown;
}

/** Identifies a search in its cursors, which are of no use for another. */
export function nameOf({ table }: Pick<SearchedTable, 'table'>, { filters, sort }: Wanted): string {
  return createHash('sha256')
    .update(JSON.stringify([table, filters, sort]))
    .digest('base64url')
    .slice(0, 22);
}

export function formatPosition(name: string, { path, from, looked, after }: SearchPosition): string {
  const sources = from?.sources.map((source) => (typeof source === 'string' ? source : toAttributes(source)));
  return encodeCursor(name, { path, stage: from?.stage, sources, looked, after });
}

/**
 * The position in a search that a cursor has.
 * @throws InvalidCursorError for what is none: DynamoDB would refuse it, or answer something else
 */
export function parsePosition(
  name: string,
  cursor: string,
  table: SearchedTable,
  { paths, sort }: { readonly paths: readonly AccessPath[] } & Pick<Wanted, 'sort'>,
): SearchPosition {
  const { path, stage, sources, looked, after } = (decodeCursor(name, cursor) ?? {}) as PositionText;
  if (looked !== undefined && (!Number.isSafeInteger(looked) || Number(looked) < 1)) throw damagedCursor();
  const place = after === undefined ? undefined : parsePlace(after, sort);
  const known = { looked: looked as number | undefined, after: place };
  if (path === undefined) {
    if (place === undefined) throw damagedCursor();
    return { path, ...known };
  }
  const taken = paths.find((one) => one.name === path);
  if (taken === undefined) throw damagedCursor();
  if (stage === undefined) return { path: taken.name, ...known };
  return { path: taken.name, from: parseWalk(table, taken, stage, sources), ...known };
}

function parseWalk(table: SearchedTable, path: AccessPath, number: unknown, texts: unknown): WalkPosition {
  const stage = path.stages[number as number];
  if (stage === undefined || !Array.isArray(texts)) throw damagedCursor();
  const values = sourcesOf(stage);
  if (texts.length !== values.length) throw damagedCursor();
  return {
    stage: Number(number),
    sources: values.map((value, index) => parseSource(table, path, stage, value, texts[index])),
  };
}

function parseSource(
  table: SearchedTable,
  path: AccessPath,
  stage: Stage,
  value: string,
  text: unknown,
): SourcePosition {
  if (text === 'start' || text === 'end') return text;
  if (typeof text !== 'object' || text === null) throw damagedCursor();
  const names = keyOf(table, path, stage);
  if (Object.keys(text).length !== names.length) throw damagedCursor();
  const index = stage.kind === 'rest' ? stage.within?.index : path.index;
  const hash = stage.kind === 'rest' ? stage.within?.value : value;
  const attributes = names.map((name) => {
    const attribute = (text as Readonly<Record<string, unknown>>)[name] as { S?: unknown; N?: unknown } | undefined;
    if (name === index?.rangeKey && index.rangeType === 'N') return [name, { N: numberOf(attribute?.N) }] as const;
    const S = attribute?.S;
    if (!canBeKey(S) || (name === index?.hashKey && S !== hash)) throw damagedCursor();
    if (name === index?.rangeKey && Buffer.byteLength(S) > MAX_RANGE_KEY_BYTES) throw damagedCursor();
    return [name, { S }] as const;
  });
  const key = fromAttributes(Object.fromEntries(attributes));
  if (stage.kind === 'partitions') checkRange(path, key);
  return key;
}

/** DynamoDB's number, which has 38 digits at most: one that it refuses would not say that the cursor was damaged. */
function numberOf(N: unknown): string {
  const isNumber =
    typeof N === 'string' && /^-?\d+(?:\.\d+)?(?:E[+-]?\d{1,2})?$/.test(N) && N.replace(/\D/g, '').length <= 38;
  if (!isNumber) throw damagedCursor();
  return N;
}

/** DynamoDB refuses to go on from outside of the range that is asked for. */
function checkRange({ index, range }: AccessPath, key: PlainItem): void {
  const value = key[index?.rangeKey ?? ''];
  const { from, to } = range;
  const isOutside =
    typeof from === 'string' || typeof to === 'string'
      ? value !== from
      : (from !== undefined && Number(value) < from) || (to !== undefined && Number(value) > to);
  if (isOutside) throw damagedCursor();
}
