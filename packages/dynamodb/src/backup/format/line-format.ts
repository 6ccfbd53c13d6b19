import { parse as parseLossless } from 'lossless-json';
import { isObject } from '../../aws/is-object.ts';
import { isTypedKeyValue } from '../../items/item-key.ts';
import { looksTyped, type TypedItem, type TypedValue } from '../../items/typed-item.ts';
import { MAX_LEVELS, problemOfAttributes } from '../../items/value-limits.ts';
import { describeKey, type KeySchema, keyAttributes } from '../../tables/schema.ts';
import { documentOfAws } from './aws-documents.ts';
import { isChange, parseChange } from './change-line.ts';
import { LineProblem } from './line-problem.ts';
import { fromPipeline, isDelimited, isPipelineKeyValue, parseDelimited } from './pipeline-item.ts';

/**
 * How a line holds an item.
 *
 * - `typed`: DynamoDB's JSON, `{"granuleId":{"S":"…"}}`, as `backup` writes it
 * - `plain`: plain JSON, `{"granuleId":"…"}`, as earlier releases' `restore` read it
 * - `export`: a line of a table export to S3, `{"Item":{"granuleId":{"S":"…"}}}`
 * - `request`: a request of a BatchWriteItem, `{"PutRequest":{"Item":{"granuleId":{"S":"…"}}}}`
 * - `pipeline`: with the types of AWS Data Pipeline in lower case, `{"granuleId":{"s":"…"}}`
 * - `change`: a change of an incremental export to S3, `{"Metadata":{…},"Keys":{…},"NewImage":{…}}`
 */
export type LineFormat = 'typed' | 'plain' | 'export' | 'request' | 'pipeline' | 'change';

export interface ParsedLine {
  readonly format: LineFormat;
  /** The item; of a deletion, its key. */
  readonly item: TypedItem;
  /** Whether it is the change that deletes the item. */
  readonly isDeletion?: true;
}

/**
 * Reads a line, and finds out by the table's key how it holds its item. DynamoDB's keys are strings, numbers or binary,
 * never maps; so where a key attribute holds an object `{"S":"…"}` (or N, B) the line is typed, where it holds a string
 * or a number the line is plain, however typed its other attributes look. A line without the key attributes is one of an
 * export if its only attribute is `Item` and the key is typed in there, and a request if it is `PutRequest`; one whose key
 * attributes are typed in lower case is of Data Pipeline. Without a key to go by, a line is one of these if all of its values
 * look it, and else plain.
 */
export function parseLine(text: string, key: KeySchema | undefined): ParsedLine | LineProblem {
  let json: unknown;
  try {
    json = isDelimited(text) ? parseDelimited(text) : JSON.parse(text);
  } catch (error) {
    const hint = text.trimEnd().endsWith(',')
      ? '; a comma follows the item, as in an array, and there is no array'
      : '';
    return new LineProblem(`not JSON: ${(error as Error).message}${hint}`);
  }
  if (!isObject(json)) return new LineProblem('not a JSON object');
  const isDeletion = isObject(json['DeleteRequest']) && Object.keys(json).length === 1;
  const found = key === undefined ? heldByValues(json) : heldByKey(json, key);
  if (found instanceof LineProblem) return found;
  if (found === undefined) {
    const document = documentOfAws(json);
    if (document !== undefined) return new LineProblem(`${document}, not an item: take the items out of it`);
    const why = isDeletion ? 'a request to delete an item' : 'no item of the table';
    return new LineProblem(key === undefined ? why : `${why}: its key is ${describeKey(key)}`);
  }
  if (found.format === 'plain') return parsePlain(text, json);
  if (found.format === 'change') {
    const change = parseChange(found.item, key);
    return change instanceof LineProblem ? change : { format: 'change', ...change };
  }
  const item = found.format === 'pipeline' ? fromPipeline(found.item) : found.item;
  if (item instanceof LineProblem) return item;
  const problem = problemOfAttributes(item);
  return problem === undefined ? { format: found.format, item: item as TypedItem } : new LineProblem(problem);
}

type Json = { readonly [name: string]: unknown };

/** An item as a line holds it, not checked yet. */
interface Held {
  readonly format: LineFormat;
  readonly item: Json;
}

/** The formats in which an item stands alone in something else. */
function held(json: Json, isItem: (item: Json) => boolean): Held | undefined {
  const { Item: item, PutRequest: put } = json;
  if (Object.keys(json).length !== 1) return undefined;
  if (isObject(item) && isItem(item)) return { format: 'export', item };
  if (!isObject(put) || Object.keys(put).length !== 1) return undefined;
  const { Item: toPut } = put;
  return isObject(toPut) && isItem(toPut) ? { format: 'request', item: toPut } : undefined;
}

function heldByKey(json: Json, key: KeySchema): Held | undefined {
  const names = keyAttributes(key).map(({ name }) => name);
  const isTyped = (item: Json): boolean => names.every((name) => isTypedKeyValue(item[name]));
  if (isTyped(json)) return { format: 'typed', item: json };
  const isPlain = names.every((name) => typeof json[name] === 'string' || typeof json[name] === 'number');
  if (isPlain) return { format: 'plain', item: json };
  if (names.every((name) => isPipelineKeyValue(json[name]))) return { format: 'pipeline', item: json };
  if (isChange(json, isTyped)) return { format: 'change', item: json };
  return held(json, isTyped);
}

function heldByValues(json: Json): Held | LineProblem | undefined {
  const isTyped = (item: Json): boolean => Object.values(item).every(looksTyped);
  if (isTyped(json)) return { format: 'typed', item: json };
  const { DeleteRequest: deletion } = json;
  if (isObject(deletion) && isObject(deletion['Key']) && isTyped(deletion['Key'])) return undefined;
  if (Object.values(json).some(isPipelineKeyValue) && !(fromPipeline(json) instanceof LineProblem)) {
    return new LineProblem(
      'either an item with the types of AWS Data Pipeline, or a plain one of maps; the key of a table decides, and none is given',
    );
  }
  if (isChange(json, isTyped)) return { format: 'change', item: json };
  const alone = held(json, isTyped);
  if (alone !== undefined) return alone;
  return documentOfAws(json) === undefined ? { format: 'plain', item: json } : undefined;
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
