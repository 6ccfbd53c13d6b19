import { isObject } from '../aws/is-object.ts';
import { canonicalNumber, decimal, isDecimal } from './decimal-number.ts';
import { canonicalBinary } from './typed-item.ts';

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
/** Most numbers: too short for any of the limits to be met. */
const SHORT_NUMBER = /^-?\d{1,19}(?:\.\d{1,19})?$/;

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
  if (typeof content !== 'string' || !isDecimal(content))
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
