import { isObject } from '../../aws/is-object.ts';
import { parseObject } from '../../aws/parse-object.ts';
import { isDecimal } from '../../items/decimal-number.ts';
import { keyOf, keyRules, problemOfKeys } from '../../items/item-key.ts';
import type { TypedItem, TypedValue } from '../../items/typed-item.ts';
import { describeKey, type KeyAttribute, type KeySchema, keyAttributes } from '../../tables/schema.ts';
import { InvalidSelectionError } from '../errors.ts';
import { parseLine } from '../format/line-format.ts';
import { LineProblem } from '../format/line-problem.ts';

/**
 * Reads a key that a person writes.
 *
 * - `granuleId=G1`: the value is all that follows the first `=`. Whether it is a number or binary (base64), the table's key says.
 * - `bucket=archive,key=a/b.hdf`: of a partition and a sort key, in this order
 * - `{"bucket":"archive","key":"a/b.hdf"}` or typed JSON; other attributes are passed over
 *
 * @throws InvalidSelectionError if it is none of these, or may be read in two ways
 */
export function parseKey(text: string, key: KeySchema): TypedItem {
  const found = text.trimStart().startsWith('{') ? keyOfJson(text, key) : keyOfPairs(text, key);
  const problem = found instanceof LineProblem ? found.problem : problemOfKey(found, key);
  if (problem === undefined) return keyOf(found as TypedItem, key);
  throw new InvalidSelectionError(`${JSON.stringify(text)} is not a key: ${problem}.`, [
    `The key of the table is ${describeKey(key)}. Write ${exampleOf(key)}`,
  ]);
}

/**
 * The key out of a line of JSON: a plain or typed item, or its key alone, or a line of a list of differences,
 * `{"kind":"changed","key":{…}}`.
 */
export function keyOfJson(text: string, key: KeySchema): TypedItem | LineProblem {
  const parsed = parseLine(text, key);
  if (!(parsed instanceof LineProblem)) return parsed.item;
  const listed = keyOfDifference(text);
  if (listed === undefined) return parsed;
  const ofList = parseLine(JSON.stringify(listed), key);
  return ofList instanceof LineProblem ? parsed : ofList.item;
}

/** Why a key, or an item's, is none of the table; undefined if it is one. */
export function problemOfKey(item: TypedItem, key: KeySchema): string | undefined {
  return problemOfKeys(item, keyRules({ key, globalIndexes: [], localIndexes: [] }));
}

function keyOfDifference(text: string): object | undefined {
  const { kind, key } = parseObject(text) ?? {};
  return typeof kind === 'string' && isObject(key) ? key : undefined;
}

function keyOfPairs(text: string, key: KeySchema): TypedItem | LineProblem {
  const [hash, range, ...more] = keyAttributes(key);
  if (hash === undefined || more.length > 0) return new LineProblem('a key of so many attributes is written as JSON');
  if (!text.startsWith(`${hash.name}=`)) return new LineProblem(`it does not begin with ${hash.name}=`);
  const rest = text.slice(hash.name.length + 1);
  if (range === undefined) return typed([[hash, rest]]);
  const parts = rest.split(`,${range.name}=`);
  const [hashValue, rangeValue] = parts;
  if (hashValue === undefined || rangeValue === undefined) return new LineProblem(`it lacks ,${range.name}=`);
  if (parts.length > 2) return new LineProblem(`,${range.name}= comes twice; write the key as JSON`);
  return typed([
    [hash, hashValue],
    [range, rangeValue],
  ]);
}

function typed(values: readonly (readonly [KeyAttribute, string])[]): TypedItem | LineProblem {
  const notNumber = values.find(([{ type }, value]) => type === 'N' && !isDecimal(value));
  if (notNumber !== undefined) return new LineProblem(`${notNumber[0].name} is a number, ${notNumber[1]} is none`);
  return Object.fromEntries(values.map(([{ name, type }, value]) => [name, { [type]: value } as TypedValue]));
}

function exampleOf(key: KeySchema): string {
  const [hash, range] = keyAttributes(key);
  const pairs = range === undefined ? `${hash?.name}=VALUE` : `${hash?.name}=VALUE,${range.name}=VALUE`;
  return `${pairs}, or JSON`;
}
