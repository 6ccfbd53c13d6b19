import { isObject } from '@cumulus/dynamodb/aws';
import { isNumberValue } from '@cumulus/dynamodb/items';
import { HTTPException } from 'hono/http-exception';
import { parse, stringify } from 'lossless-json';
import type { RequestContext } from '../http-api.ts';

/**
 * JSON of a record. Numbers keep all their digits, also those that a JavaScript number does not hold, and sets, which other
 * writers may have put into a table, are lists.
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

/** The most characters of a whole number that JavaScript can hold: a longer one is infinite. */
const MAX_DIGITS = 400;

/** A number as the models take it: whole ones that JavaScript does not hold exactly as `bigint`. */
function parseNumber(text: string): number | bigint {
  const number = Number(text);
  // To make a `bigint` of a million digits takes most of a second.
  if (text.length > MAX_DIGITS) return number;
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}

/** An answer of JSON. */
export function jsonAnswer(context: RequestContext, value: unknown, status: 200 | 201 = 200): Response {
  return context.body(toJson(value), status, { 'Content-Type': 'application/json; charset=UTF-8' });
}

/**
 * The object that a request's body is.
 * @throws HTTPException 400 if it is none
 */
export async function bodyOf(context: RequestContext): Promise<{ readonly [field: string]: unknown }> {
  const text = textOf(await context.req.arrayBuffer());
  let body: unknown;
  try {
    body = parse(text, undefined, parseNumber);
  } catch (cause) {
    const isTooDeep = cause instanceof RangeError;
    const message = isTooDeep ? 'The body is nested too deep.' : 'The body is not valid JSON.';
    throw new HTTPException(400, { message, cause });
  }
  if (!isObject(body)) throw new HTTPException(400, { message: 'The body has to be a JSON object.' });
  return body;
}

/** Strict: what is no UTF-8 would else be stored as other characters than were sent. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: ArrayBuffer): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new HTTPException(400, { message: 'The body is not UTF-8.', cause });
  }
}
