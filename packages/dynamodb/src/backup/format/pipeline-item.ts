import { isObject } from '../../aws/is-object.ts';
import { MAX_LEVELS } from '../../items/value-limits.ts';
import { LineProblem } from './line-problem.ts';
import { problemOfRepeatedNames } from './repeated-names.ts';

/**
 * The types as AWS Data Pipeline and EMR write them, after the fields of the Java SDK: of its first version `sS` and `nULLValue`, of its
 * second all in lower case. https://github.com/awslabs/emr-dynamodb-connector
 */
const TYPES: Readonly<Record<string, string>> = {
  s: 'S',
  n: 'N',
  b: 'B',
  sS: 'SS',
  ss: 'SS',
  nS: 'NS',
  ns: 'NS',
  bS: 'BS',
  bs: 'BS',
  m: 'M',
  l: 'L',
  bOOL: 'BOOL',
  bool: 'BOOL',
  nULLValue: 'NULL',
  null: 'NULL',
};

/** The control characters STX and ETX, by which the first Data Pipeline separated attributes, and a name from its value. */
const BETWEEN_ATTRIBUTES = '\u0002';
const AFTER_NAME = '\u0003';

/** Whether a line is one of the first Data Pipeline: `id^C{"s":"a"}^Bn^C{"n":"1"}`. */
export function isDelimited(text: string): boolean {
  return !text.startsWith('{') && text.includes(AFTER_NAME);
}

/** @throws SyntaxError for a value that is not JSON, and where a name comes twice */
export function parseDelimited(text: string): { readonly [name: string]: unknown } {
  const found = new Map<string, unknown>();
  for (const attribute of text.split(BETWEEN_ATTRIBUTES)) {
    const end = attribute.indexOf(AFTER_NAME);
    const name = attribute.slice(0, Math.max(end, 0));
    const value = attribute.slice(end + 1);
    if (found.has(name)) throw new SyntaxError(`${name} comes twice`);
    found.set(name, JSON.parse(value));
    const problem = problemOfRepeatedNames(value);
    if (problem !== undefined) throw new SyntaxError(problem);
  }
  return Object.fromEntries(found);
}

/** Whether a parsed JSON value is one of a key with its type in lower case. */
export function isPipelineKeyValue(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [type = '', ...more] = Object.keys(value);
  return more.length === 0 && ['s', 'n', 'b'].includes(type) && typeof value[type] === 'string';
}

/** An item with DynamoDB's own types. What is in it is not checked, beyond its types. */
export function fromPipeline(item: {
  readonly [name: string]: unknown;
}): { readonly [name: string]: unknown } | LineProblem {
  try {
    return attributes(item, 1);
  } catch (error) {
    if (error instanceof LineProblem) return error;
    throw error;
  }
}

function attributes(item: { readonly [name: string]: unknown }, level: number): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typed(value, name, level)]));
}

function typed(value: unknown, name: string, level: number): unknown {
  const [type = '', ...more] = isObject(value) ? Object.keys(value) : [];
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!isObject(value) || known === undefined || more.length > 0) {
    throw new LineProblem(`${name} is not a value with a type of Data Pipeline such as {"s":"…"}`);
  }
  const content = value[type];
  if ((known === 'M' || known === 'L') && level >= MAX_LEVELS) {
    throw new LineProblem(`${name} is nested deeper than the ${MAX_LEVELS} levels that DynamoDB takes`);
  }
  if (known === 'M' && isObject(content)) return { M: attributes(content, level + 1) };
  if (known === 'L' && Array.isArray(content)) return { L: content.map((member) => typed(member, name, level + 1)) };
  return { [known]: content };
}
