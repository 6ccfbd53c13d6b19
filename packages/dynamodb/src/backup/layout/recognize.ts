import { isObject } from '../../aws/is-object.ts';
import { parseObject } from '../../aws/parse-object.ts';
import { isTypedKeyValue } from '../../items/item-key.ts';
import { type KeySchema, keyAttributes } from '../../tables/schema.ts';
import { UnreadableFormatError } from '../errors.ts';
import { isBatchParameter, isBatchWrite, isScanMember, isScanOutput } from '../format/aws-documents.ts';
import { foreign, refuseForeignFormat } from './foreign-format.ts';
import type { Layout } from './layout.ts';

/** The version marker, or the member that JSON has in quotes: other tools leave the marker out. */
const ION = /^(?:\$ion_1_0|\{\s*'?(?:Item|Record)'?\s*:)/;

/**
 * Recognizes by its beginning how items lie in a text. Nothing is guessed: what is not recognized counts as lines, whose reading says
 * what is wrong with the first.
 * @param head the first line that is not blank and all before it, or as much of it as there is, and {@link BEGINNING}; without a
 *   byte order mark
 * @param file what to call it in messages
 * @param key of the table that the items are for, if that is known
 * @throws UnreadableFormatError for a format that is known and not read, or that has two readings
 */
export function recognize(head: Buffer, file: string, key: KeySchema | undefined): Layout {
  refuseForeignFormat(head, file);
  const text = head.toString('utf8').trim();
  if (text.startsWith('[')) return 'array';
  if (ION.test(text)) return 'ion';
  const [line = ''] = text.split('\n', 1);
  if (!text.startsWith('{')) {
    refuseOtherText(text, file);
    return layoutOfText(line, file, key);
  }
  const json = parseObject(line);
  return json === undefined ? layoutOfBeginning(line, text, file) : layoutOfObject(json, file, key);
}

/** Whether a text is one JSON value that holds all items, as far as its beginning shows. */
export function holdsAllItems(beginning: Buffer): boolean {
  const text = beginning.toString('utf8').trimStart();
  return text.startsWith('[') || layoutOfFirstMember(text) !== undefined;
}

/** The layout of a text whose first line is an object. */
function layoutOfObject(json: { readonly [name: string]: unknown }, file: string, key: KeySchema | undefined): Layout {
  const keys = key === undefined ? [] : keyAttributes(key).map(({ name }) => name);
  const isItem = keys.length > 0 && keys.every((name) => isKeyValue(json[name]));
  if (isScanOutput(json)) {
    if (!isItem) return 'scan';
    const keyInWords = keys.map((name) => `${name} ${JSON.stringify(json[name])}`).join(', ');
    throw new UnreadableFormatError(file, `either the output of a scan, or one item with the key ${keyInWords}`, [
      'Nothing was written.',
      `The items of a scan: jq -c '.Items[]' ${file}`,
    ]);
  }
  if (isItem) return 'lines';
  refuseOtherObject(json, file);
  return isBatchWrite(json) ? 'requests' : 'lines';
}

function isKeyValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || isTypedKeyValue(value);
}

/** The first member of an object, and what its value begins with. */
const FIRST_MEMBER = /^\{\s*("(?:[^"\\]|\\.){0,300}")\s*:\s*([[{]?\s*\{?\s*(?:"(?:PutRequest|DeleteRequest)")?)/;
const LIST_OF_REQUESTS = /^\[\s*\{\s*"/;
/** Enough of a text for its first member, in bytes. */
export const BEGINNING = 4096;

/**
 * The layout of an object that does not end in its first line.
 * @param line that line
 */
function layoutOfBeginning(line: string, text: string, file: string): Layout {
  const beginning = text.slice(0, BEGINNING);
  const layout = layoutOfFirstMember(beginning);
  if (layout !== undefined) return layout;
  const { name } = firstMember(beginning);
  const other = OTHER_OBJECTS.find(({ first, also }) => first === name && beginning.includes(`"${also}"`));
  if (other !== undefined) throw foreign(file, other.format, other.convert);
  return line.trim() === '{' ? 'objects' : 'lines';
}

/** What JSON is whose items lie in an object; undefined for another object. */
function layoutOfFirstMember(beginning: string): 'scan' | 'requests' | undefined {
  const { name, value } = firstMember(beginning);
  if (name === undefined) return undefined;
  if (isScanMember(name)) return 'scan';
  const isOfBatch = name === 'RequestItems' ? value.startsWith('{') : LIST_OF_REQUESTS.test(value);
  const isParameter = isBatchParameter(name) && beginning.includes('"RequestItems"');
  return isOfBatch || isParameter ? 'requests' : undefined;
}

function firstMember(beginning: string): { readonly name?: string; readonly value: string } {
  const [, quoted, value = ''] = FIRST_MEMBER.exec(beginning) ?? [];
  return quoted === undefined ? { value } : { name: parseName(quoted), value };
}

function parseName(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return '';
  }
}

/** Objects of other tools that hold no items as such, or several tables: the name of the first member, and of another one. */
const OTHER_OBJECTS = [
  {
    first: 'Responses',
    also: 'UnprocessedKeys',
    format: 'the output of batch-get-item',
    convert: `Take the items of a table: jq -c '.Responses.TABLE[]' FILE`,
  },
  {
    first: 'ModelName',
    also: 'DataModel',
    format: 'a data model of NoSQL Workbench',
    convert: `Take the items of a table: jq -c '.DataModel[] | select(.TableName == "TABLE") | .TableData[]' FILE`,
  },
  {
    first: 'Table',
    also: 'KeySchema',
    format: 'the description of a table, not its items',
    convert: 'Of a dump by dynamodump name the folder that it is in.',
  },
] as const;

function refuseOtherObject(json: { readonly [name: string]: unknown }, file: string): void {
  const { Table: table } = json;
  const names = Object.keys(isObject(table) ? { ...table, ...json } : json);
  const other = OTHER_OBJECTS.find(({ first, also }) => names.includes(first) && names.includes(also));
  if (other !== undefined) throw foreign(file, other.format, other.convert);
}

const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const;

/** The layout of a text that is no JSON: CSV if its first line names the attributes of the key. */
function layoutOfText(line: string, file: string, key: KeySchema | undefined): Layout {
  const found = (Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[]).filter((separator) =>
    line.includes(separator),
  );
  const [separator = ',', ...more] = found;
  const names = line.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const missing = key && keyAttributes(key).find(({ name }) => !names.includes(name));
  if (key !== undefined && missing === undefined && separator === ',') return 'csv';
  if (!names.every((name) => NAME.test(name)) || more.length > 0) return 'lines';
  if (key === undefined) {
    if (found.length === 0) return 'lines';
    throw foreign(
      file,
      `perhaps CSV, separated by ${SEPARATORS[separator]}`,
      'Name the table that it is for: its keys have types, and all other values are strings.',
    );
  }
  if (found.length === 0) return 'lines';
  throw foreign(
    file,
    missing === undefined
      ? `CSV separated by ${SEPARATORS[separator]}`
      : `perhaps CSV, whose first line does not name the key attribute ${missing.name}`,
    missing === undefined
      ? 'Separate its values by commas.'
      : `Begin it with a line that names its columns, ${missing.name} among them.`,
  );
}

/** Most names in a header of CSV: by them it is recognized where the key's are not among them. */
const NAME = /^[\w .:/#@$-]{1,255}$/;

/** Text that is no JSON and is known. */
function refuseOtherText(text: string, file: string): void {
  if (/^(?:Items|Count|ScannedCount|ConsumedCapacity|LastEvaluatedKey):/.test(text)) {
    throw foreign(file, 'YAML', 'Scan the table again with the output format json.');
  }
  if (/^None\t\d+\t\d+\s*$/m.test(text.slice(0, BEGINNING))) {
    throw foreign(file, 'text as the AWS CLI prints it', 'Scan the table again with the output format json.');
  }
  if (/^-{5,}\s*\|\s*(?:Scan|Query)\b/.test(text)) {
    throw foreign(file, 'a table as the AWS CLI prints it', 'Scan the table again with the output format json.');
  }
}
