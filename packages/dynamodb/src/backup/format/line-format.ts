import { parse as parseLossless } from 'lossless-json';
import { isObject } from '../../aws/is-object.ts';
import { isTypedKeyValue } from '../../items/item-key.ts';
import { looksTyped, type TypedItem, type TypedValue } from '../../items/typed-item.ts';
import { MAX_LEVELS, problemOfAttributes } from '../../items/value-limits.ts';
import { describeKey, type KeySchema, keyAttributes } from '../../tables/schema.ts';

/**
 * How a line holds an item.
 *
 * - `typed`: DynamoDB's JSON, `{"granuleId":{"S":"…"}}`, as `backup` writes it
 * - `plain`: plain JSON, `{"granuleId":"…"}`, as earlier releases' `restore` read it
 * - `export`: a line of a table export to S3, `{"Item":{"granuleId":{"S":"…"}}}`
 */
export type LineFormat = 'typed' | 'plain' | 'export';

export interface ParsedLine {
  readonly format: LineFormat;
  readonly item: TypedItem;
}

/** Why a line is not an item, in words. */
export class LineProblem {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/**
 * Reads a line, and finds out by the table's key how it holds its item. DynamoDB's keys are strings, numbers or binary,
 * never maps; so where a key attribute holds an object `{"S":"…"}` (or N, B) the line is typed, where it holds a string
 * or a number the line is plain, however typed its other attributes look. A line without the key attributes is one of an
 * export if its only attribute is `Item` and the key is typed in there. Without a key to go by, a line is an export line
 * or typed if all of its values look it, and else plain.
 */
export function parseLine(text: string, key: KeySchema | undefined): ParsedLine | LineProblem {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return new LineProblem(`not JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) return new LineProblem('not a JSON object');
  const format = key === undefined ? formatByValues(json) : formatByKey(json, key);
  if (format === undefined) {
    return new LineProblem(`no item of the table: its key is ${describeKey(key as KeySchema)}`);
  }
  if (format === 'plain') return parsePlain(text, json);
  const item = format === 'export' ? (json['Item'] as { readonly [name: string]: unknown }) : json;
  const problem = problemOfAttributes(item);
  return problem === undefined ? { format, item: item as TypedItem } : new LineProblem(problem);
}

function formatByKey(json: { readonly [name: string]: unknown }, key: KeySchema): LineFormat | undefined {
  const names = keyAttributes(key).map(({ name }) => name);
  if (names.every((name) => isTypedKeyValue(json[name]))) return 'typed';
  if (names.every((name) => typeof json[name] === 'string' || typeof json[name] === 'number')) return 'plain';
  const { Item: item } = json;
  const inItem = Object.keys(json).length === 1 && isObject(item) && names.every((name) => isTypedKeyValue(item[name]));
  return inItem ? 'export' : undefined;
}

function formatByValues(json: { readonly [name: string]: unknown }): LineFormat {
  if (Object.values(json).every(looksTyped)) return 'typed';
  const { Item: item } = json;
  const inItem = Object.keys(json).length === 1 && isObject(item) && Object.values(item).every(looksTyped);
  return inItem ? 'export' : 'plain';
}

/**
 * Plain JSON is read a second time, by a parser that keeps all digits of its numbers.
 * @param parsed the same, with the numbers of JavaScript
 */
function parsePlain(text: string, parsed: { readonly [name: string]: unknown }): ParsedLine | LineProblem {
  // Before the parser, which would use up the stack.
  const deep = Object.entries(parsed).find(([, value]) => isTooDeep(value, 1));
  if (deep !== undefined) {
    return new LineProblem(`${deep[0]} is nested deeper than the ${MAX_LEVELS} levels that DynamoDB takes`);
  }
  let json: unknown;
  try {
    json = parseLossless(text, null, (number) => ({ [NUMBER]: number }));
  } catch (error) {
    return new LineProblem(`not JSON: ${(error as Error).message}`);
  }
  const item = typedAttributes(json as { readonly [name: string]: unknown });
  const problem = problemOfAttributes(item);
  return problem === undefined ? { format: 'plain', item } : new LineProblem(problem);
}

function isTooDeep(value: unknown, level: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level >= MAX_LEVELS || Object.values(value).some((member) => isTooDeep(member, level + 1));
}

/** Marks a number's text among parsed values; a symbol, so that no attribute can look like it. */
const NUMBER = Symbol('number');

function typedAttributes(attributes: { readonly [name: string]: unknown }): TypedItem {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typedValue(value)]));
}

function typedValue(value: unknown): TypedValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(typedValue) };
  if (!isObject(value)) return { NULL: true };
  const number = (value as { readonly [NUMBER]?: string })[NUMBER];
  return number === undefined ? { M: typedAttributes(value) } : { N: number };
}
