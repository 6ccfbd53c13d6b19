import { hash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isObject } from '../aws/is-object.ts';

/**
 * An attribute value as DynamoDB's JSON writes it: one property, named by the type; numbers as text, binary as base64.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export type TypedValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly TypedValue[] }
  | { readonly M: TypedItem };

/** An item as a line of a backup holds it, once parsed. */
export type TypedItem = { readonly [attribute: string]: TypedValue };

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
/** Most numbers: too short for any of the limits to be met. */
const SHORT_NUMBER = /^-?\d{1,19}(?:\.\d{1,19})?$/;
/** Most numbers: whole, without zeros at either end, and short enough that none of the limits can be met. */
const SIMPLE_INTEGER = /^-?[1-9](?:\d{0,36}[1-9])?$/;
const ZERO = 0x30;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** DynamoDB keeps numbers of up to 38 significant digits, from 1E-130 to 9.99…E+125 in size. */
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;
/** Digits of an exponent: a zero may have any, but what DynamoDB reads numbers with holds 32 bits. */
const LONG_EXPONENT = /[eE][+-]?0*[1-9]\d{9}/;

/**
 * An attribute's value is at level 1, members of a list or map are one below it. At level 32 there may be no list or map any more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_LEVELS = 32;

/** Bytes of an attribute's name, and of a map's key. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
const MAX_NAME_BYTES = 65_535;
const MAX_BYTES_PER_CHARACTER = 3;

/** Characters of a path or value that a message shows. */
const MAX_SHOWN = 200;

const TYPES = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);

/** Whether a parsed JSON value has the form of a typed one, `{"S":…}`, whatever stands in it. */
export function looksTyped(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [type, ...more] = Object.keys(value);
  return type !== undefined && more.length === 0 && TYPES.has(type);
}

/**
 * What keeps a parsed JSON value from being an attribute value that DynamoDB takes, in words that begin with the path to
 * it; undefined if nothing does. The size of the whole is not looked at: see `problemOfLimits`.
 * @param level of nesting, counted from 1
 */
export function problemOfValue(value: unknown, path: string, level = 1): string | undefined {
  if (!isObject(value)) return `${path} is not a typed attribute value such as {"S":"…"}`;
  const types = Object.keys(value);
  const [type] = types;
  if (type === undefined || types.length !== 1) return `${path} has ${types.length} types instead of one`;
  const content = value[type];
  if (level >= MAX_LEVELS && (type === 'L' || type === 'M')) {
    return `${shortened(path)} is nested deeper than the ${MAX_LEVELS} levels that DynamoDB takes`;
  }
  switch (type) {
    case 'S':
      return typeof content === 'string' ? undefined : `${path}: S is not a string`;
    case 'N':
      return problemOfNumber(content, path);
    case 'B':
      return isBase64(content) ? undefined : `${path}: B is not base64`;
    case 'BOOL':
      return typeof content === 'boolean' ? undefined : `${path}: BOOL is neither true nor false`;
    case 'NULL':
      return content === true ? undefined : `${path}: NULL is not true`;
    case 'SS':
      return problemOfSet(content, path, String, (member) =>
        typeof member === 'string' ? undefined : `${path}: SS has a member that is no string`,
      );
    case 'NS':
      return problemOfSet(content, path, canonicalNumber, (member) => problemOfNumber(member, path));
    case 'BS':
      return problemOfSet(content, path, canonicalBinary, (member) =>
        isBase64(member) ? undefined : `${path}: BS has a member that is not base64`,
      );
    case 'L':
      return problemOfList(content, path, level + 1);
    case 'M':
      return isObject(content) ? problemOfAttributes(content, `${path}.`, level + 1) : `${path}: M is not an object`;
    default:
      return `${path} has the type ${JSON.stringify(type)}, which DynamoDB does not know`;
  }
}

/** Like {@link problemOfValue}, for all attributes of an item or map. */
export function problemOfAttributes(
  attributes: { readonly [name: string]: unknown },
  path = '',
  level = 1,
): string | undefined {
  for (const name in attributes) {
    const problem = problemOfName(name, path) ?? problemOfValue(attributes[name], path + name, level);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfName(name: string, path: string): string | undefined {
  if (name === '') return `${path === '' ? 'the item' : shortened(path)} has an attribute with an empty name`;
  if (name.length * MAX_BYTES_PER_CHARACTER <= MAX_NAME_BYTES) return undefined;
  const size = Buffer.byteLength(name);
  if (size <= MAX_NAME_BYTES) return undefined;
  return `the name ${shortened(path + name)} has ${size} bytes, DynamoDB takes ${MAX_NAME_BYTES}`;
}

function problemOfList(content: unknown, path: string, level: number): string | undefined {
  if (!Array.isArray(content)) return `${path}: L is not an array`;
  for (const [index, member] of content.entries()) {
    const problem = problemOfValue(member, `${path}[${index}]`, level);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfSet(
  content: unknown,
  path: string,
  canonical: (member: string) => string,
  problemOfMember: (member: unknown) => string | undefined,
): string | undefined {
  if (!Array.isArray(content) || content.length === 0) return `${path}: a set is not an array of at least one member`;
  for (const member of content) {
    const problem = problemOfMember(member);
    if (problem !== undefined) return problem;
  }
  const members: readonly string[] = content;
  if (new Set(members.map(canonical)).size === members.length) return undefined;
  return new Set(members).size === members.length
    ? `${path}: a set has two members of the same value`
    : `${path}: a set has the same member twice`;
}

function problemOfNumber(content: unknown, path: string): string | undefined {
  if (typeof content === 'string' && SHORT_NUMBER.test(content)) return undefined;
  if (typeof content !== 'string' || !NUMBER.test(content))
    return `${path}: ${shortened(JSON.stringify(content))} is not a number`;
  if (LONG_EXPONENT.test(content)) return `${path}: ${shortened(content)} has too long an exponent`;
  const { digits, exponent } = decimal(content);
  if (digits.length > MAX_DIGITS)
    return `${path}: ${shortened(content)} has more than ${MAX_DIGITS} significant digits`;
  const magnitude = exponent + digits.length - 1;
  if (digits !== '' && (magnitude < MIN_EXPONENT || magnitude > MAX_EXPONENT)) {
    return `${path}: ${shortened(content)} is outside of what DynamoDB's numbers hold`;
  }
  return undefined;
}

/** A text as a message shows it: the name or number in question may be as long as a line. */
function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function isBase64(content: unknown): content is string {
  if (typeof content !== 'string' || content.length % 4 !== 0) return false;
  // An expression for the whole would use up the stack where the text is as long as a line may be.
  const end = content.endsWith('==') ? -2 : content.endsWith('=') ? -1 : content.length;
  return !NOT_BASE64.test(content.slice(0, end));
}

/**
 * A text that is the same for two items exactly if they are equal as values: the order of attributes, map keys and set
 * members does not count, numbers count by value and binary by its bytes.
 */
export function canonicalItem(item: TypedItem): string {
  const attributes = Object.keys(item)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalValue(item[name] as TypedValue)}`);
  return `{${attributes.join(',')}}`;
}

/** The SHA-256, in base64, of {@link canonicalItem}. */
export function itemDigest(item: TypedItem): string {
  return hash('sha256', canonicalItem(item), 'base64');
}

/** Like {@link canonicalItem}, for one value. */
export function canonicalValue(value: TypedValue): string {
  if ('S' in value) return `{"S":${JSON.stringify(value.S)}}`;
  if ('N' in value) return `{"N":"${canonicalNumber(value.N)}"}`;
  if ('B' in value) return `{"B":"${canonicalBinary(value.B)}"}`;
  if ('M' in value) return `{"M":${canonicalItem(value.M)}}`;
  if ('L' in value) return `{"L":[${value.L.map(canonicalValue).join(',')}]}`;
  if ('SS' in value) return `{"SS":${JSON.stringify([...value.SS].sort())}}`;
  if ('NS' in value) return `{"NS":${JSON.stringify(value.NS.map(canonicalNumber).sort())}}`;
  if ('BS' in value) return `{"BS":${JSON.stringify(value.BS.map(canonicalBinary).sort())}}`;
  return JSON.stringify(value);
}

/** Base64 has several texts for the same bytes: the unused bits of its last letter are free. */
function canonicalBinary(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64');
}

/** A number by its value: `1.50`, `15e-1` and `+01.5` are all `15e-1`. */
export function canonicalNumber(number: string): string {
  if (SIMPLE_INTEGER.test(number)) return `${number}e0`;
  const { negative, digits, exponent } = decimal(number);
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`;
}

/** A decimal number taken apart: ± digits × 10^exponent, the digits without zeros at either end (none for zero). */
function decimal(number: string): { negative: boolean; digits: string; exponent: number } {
  const negative = number.startsWith('-');
  const signed = negative || number.startsWith('+') ? 1 : 0;
  const e = number.search(/[eE]/);
  const end = e < 0 ? number.length : e;
  const point = number.indexOf('.');
  const written = point < 0 ? number.slice(signed, end) : number.slice(signed, point) + number.slice(point + 1, end);
  const decimals = point < 0 ? 0 : end - point - 1;
  let first = 0;
  while (written.charCodeAt(first) === ZERO) first += 1;
  let last = written.length;
  while (last > first && written.charCodeAt(last - 1) === ZERO) last -= 1;
  return {
    negative,
    digits: written.slice(first, last),
    exponent: (e < 0 ? 0 : Number(number.slice(e + 1))) - decimals + (written.length - last),
  };
}

/**
 * The bytes that DynamoDB counts for a number: one for every two digits, in pairs from the point, one more, and one for a minus.
 * Zero takes one.
 */
export function numberSize(number: string): number {
  const { negative, digits, exponent } = decimal(number);
  if (digits === '') return 1;
  const firstIsAlone = (exponent + digits.length - 1) % 2 === 0;
  return Math.ceil((digits.length + (firstIsAlone ? 1 : 0)) / 2) + 1 + (negative ? 1 : 0);
}

/** An item or a key as the SDK holds it, in the form of DynamoDB's JSON. */
export function fromSdkItem(item: Readonly<Record<string, AttributeValue>>): TypedItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromSdkValue(value)]));
}

function fromSdkValue(value: AttributeValue): TypedValue {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((member) => Buffer.from(member).toString('base64')) };
  if (value.L !== undefined) return { L: value.L.map(fromSdkValue) };
  if (value.M !== undefined) return { M: fromSdkItem(value.M) };
  return value as TypedValue;
}

/** A key in the form of DynamoDB's JSON, as the SDK holds it. Keys are strings, numbers or binary. */
export function toSdkKey(key: TypedItem): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]): [string, AttributeValue] => [
      name,
      'B' in value ? { B: Buffer.from(value.B, 'base64') } : (value as AttributeValue),
    ]),
  );
}
