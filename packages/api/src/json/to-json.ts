import { isNumberValue } from '@cumulus/dynamodb/items';
import { parse, stringify } from 'lossless-json';

/**
 * JSON of a record. Numbers keep all their digits, also those that a JavaScript number does not hold. Sets, which other writers
 * may have put into a table, become lists.
 */
export function toJson(value: unknown): string {
  if (!isBeyondJson(value)) return JSON.stringify(value);
  const asList = (_key: string, member: unknown): unknown => (member instanceof Set ? [...member] : member);
  return stringify(value, asList, undefined, [{ test: isNumberValue, stringify: String }]) ?? 'null';
}

function isBeyondJson(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Set || isNumberValue(value)) return true;
  return Object.values(value).some(isBeyondJson);
}

/** A longer whole number is infinite in JavaScript. */
const MAX_DIGITS = 400;

/**
 * The value of JSON text, with numbers as the models take them: whole ones that JavaScript does not hold exactly as `bigint`.
 * @throws SyntaxError; RangeError where it is nested too deep
 */
export function parseJson(text: string): unknown {
  return parse(text, undefined, parseNumber);
}

function parseNumber(text: string): number | bigint {
  const number = Number(text);
  // To make a `bigint` of a million digits takes most of a second.
  if (text.length > MAX_DIGITS) return number;
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
