import { type IonType, IonTypes, makeReader, type Reader } from 'ion-js';
import { MAX_LEVELS } from '../../items/value-limits.ts';
import { LineProblem } from '../format/line-problem.ts';

/** The annotations by which DynamoDB marks lists as sets, with what their members are. */
const SETS = new Map([
  ['$dynamodb_SS', 'S'],
  ['$dynamodb_NS', 'N'],
  ['$dynamodb_BS', 'B'],
] as const);

/** What a line of Ion holds, with DynamoDB's types. */
export type IonFields = { readonly [name: string]: unknown };

/**
 * Reads a line of Amazon Ion as DynamoDB exports it: a version marker, and a struct. Strings, booleans, decimals, blobs, lists, structs and
 * `null` become DynamoDB's types, annotated lists become sets.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @returns the members of the struct, those of a struct within as `M`; or why it is none
 */
export function parseIon(line: string): IonFields | LineProblem {
  try {
    const reader = makeReader(line);
    const type = reader.next();
    if (type !== IonTypes.STRUCT || reader.isNull()) return new LineProblem('not an Ion struct');
    const fields = structOf(reader, 0);
    return reader.next() === null ? fields : new LineProblem('more than one Ion value');
  } catch (error) {
    if (error instanceof LineProblem) return error;
    return new LineProblem(`not Ion text on one line: ${(error as Error).message}`);
  }
}

/** The members of the struct that the reader stands on. */
function structOf(reader: Reader, level: number): IonFields {
  const fields = new Map<string, unknown>();
  reader.stepIn();
  for (let type = reader.next(); type !== null; type = reader.next()) {
    const name = reader.fieldName() ?? '';
    if (fields.has(name)) throw new LineProblem(`${name} comes twice in one struct`);
    fields.set(name, typedValue(reader, type, name, level + 1));
  }
  reader.stepOut();
  return Object.fromEntries(fields);
}

function typedValue(reader: Reader, type: IonType, name: string, level: number): unknown {
  const [annotation, ...more] = reader.annotations();
  const members = annotation === undefined ? undefined : SETS.get(annotation as '$dynamodb_SS');
  if (more.length > 0 || (annotation !== undefined && members === undefined)) {
    throw new LineProblem(
      `${name} has the annotation ${[annotation, ...more].join('::')}, which DynamoDB does not write`,
    );
  }
  if (members !== undefined) return { [`${members}S`]: membersOf(reader, type, name, members) };
  if (type === IonTypes.NULL) return { NULL: true };
  if (reader.isNull()) throw noValue(type, name, 'null.');
  if (type === IonTypes.BOOL) return { BOOL: reader.booleanValue() };
  if (type === IonTypes.LIST) return { L: listOf(reader, name, level) };
  if (type !== IonTypes.STRUCT) return scalarOf(reader, type, name);
  checkLevel(name, level);
  return { M: structOf(reader, level) };
}

function scalarOf(reader: Reader, type: IonType, name: string): { readonly [type: string]: string | undefined } {
  if (type === IonTypes.STRING) return { S: reader.stringValue() ?? undefined };
  if (type === IonTypes.DECIMAL) return { N: reader.decimalValue()?.toString() };
  if (type === IonTypes.INT) return { N: reader.bigIntValue()?.toString() };
  if (type === IonTypes.BLOB) return { B: Buffer.from(reader.uInt8ArrayValue() ?? []).toString('base64') };
  throw noValue(type, name);
}

function membersOf(reader: Reader, type: IonType, name: string, expected: 'S' | 'N' | 'B'): readonly unknown[] {
  if (type !== IonTypes.LIST || reader.isNull()) throw noValue(type, name, 'annotated ');
  const members: unknown[] = [];
  reader.stepIn();
  for (let member = reader.next(); member !== null; member = reader.next()) {
    const { [expected]: value } = reader.isNull() ? {} : scalarOf(reader, member, name);
    if (value === undefined) throw new LineProblem(`${name}: a member of the set is not of its type`);
    members.push(value);
  }
  reader.stepOut();
  return members;
}

function listOf(reader: Reader, name: string, level: number): readonly unknown[] {
  checkLevel(name, level);
  const members: unknown[] = [];
  reader.stepIn();
  for (let type = reader.next(); type !== null; type = reader.next()) {
    members.push(typedValue(reader, type, name, level + 1));
  }
  reader.stepOut();
  return members;
}

/** The struct of a line has the item in it, so its attributes are a level deeper than in an item. */
function checkLevel(name: string, level: number): void {
  if (level <= MAX_LEVELS) return;
  throw new LineProblem(`${name} is nested deeper than the ${MAX_LEVELS} levels that DynamoDB takes`);
}

function noValue({ name: type }: IonType, name: string, how = ''): LineProblem {
  return new LineProblem(`${name} is an Ion value of the type ${how}${type}, which DynamoDB has not`);
}
