import type { TypedItem } from '../../items/typed-item.ts';
import { CsvError, CsvParser, type CsvRecord } from '../../storage/csv-parser.ts';
import { type KeyAttribute, keyAttributes, type TableSchema } from '../../tables/schema.ts';
import { InvalidLineError } from '../errors.ts';
import type { Line, LineCounts } from '../format/lines.ts';

/**
 * Reads comma-separated values under a header of attribute names, as lines of DynamoDB JSON. As in DynamoDB's own import, keys of the table
 * and of its indexes have the types that the table says, and all other values are strings.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
 * @throws InvalidLineError for what is no CSV, for a line of more or fewer values than the header, and for an empty value: whether
 *   the item has no such attribute, or an empty text, CSV does not say
 */
export async function* readCsvLines(
  text: AsyncIterable<Buffer>,
  file: string,
  linesBefore: number,
  schema: TableSchema,
): AsyncGenerator<Iterable<Line>, LineCounts> {
  const rows = new Rows(file, typesOf(schema));
  const parser = new CsvParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  const linesOf = (records: readonly CsvRecord[]): readonly Line[] =>
    records.flatMap((record) => {
      const item = rows.take(record);
      if (item === undefined) return [];
      number += 1;
      return [{ number: linesBefore + number, bytes: Buffer.from(JSON.stringify(item)) }];
    });
  try {
    for await (const chunk of text) yield linesOf(parser.push(decoder.decode(chunk, { stream: true })));
    yield linesOf([...parser.push(decoder.decode()), ...parser.end()]);
  } catch (error) {
    if (error instanceof CsvError) throw rows.invalid(error.line, `not CSV: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw rows.invalid(rows.lastLine + 1, 'not UTF-8 text, here or later');
    throw error;
  }
  return { lines: number, filled: number };
}

function typesOf({ key, globalIndexes, localIndexes }: TableSchema): ReadonlyMap<string, KeyAttribute['type']> {
  const keys = [key, ...[...globalIndexes, ...localIndexes].map((index) => index.key)];
  return new Map(keys.flatMap(keyAttributes).map(({ name, type }) => [name, type]));
}

/** The rows under a header, as items. */
class Rows {
  lastLine = 0;
  readonly #file: string;
  readonly #types: ReadonlyMap<string, KeyAttribute['type']>;
  #header: readonly string[] | undefined;

  constructor(file: string, types: ReadonlyMap<string, KeyAttribute['type']>) {
    this.#file = file;
    this.#types = types;
  }

  invalid(line: number, problem: string): InvalidLineError {
    return new InvalidLineError({ file: this.#file, line }, problem, ['Nothing was written.']);
  }

  /** @returns undefined for the header */
  take({ fields, line }: CsvRecord): TypedItem | undefined {
    this.lastLine = line;
    if (this.#header === undefined) {
      this.#header = this.#checkedHeader(fields, line);
      return undefined;
    }
    const header = this.#header;
    if (fields.length !== header.length) {
      throw this.invalid(line, `${fields.length} values, and the header names ${header.length}`);
    }
    return Object.fromEntries(
      fields.map((value, index) => {
        const name = header[index] as string;
        if (value === '') {
          const readings = 'whether the item has no such attribute or an empty text, CSV does not say';
          throw this.invalid(line, `${name} is empty: ${readings}. Write such items as lines of JSON`);
        }
        return [name, this.#types.get(name) === 'N' ? { N: value } : { S: value }];
      }),
    );
  }

  #checkedHeader(names: readonly string[], line: number): readonly string[] {
    if (names.includes('')) throw this.invalid(line, 'a column without a name');
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw this.invalid(line, `${twice} names two columns`);
    const binary = names.find((name) => this.#types.get(name) === 'B');
    if (binary !== undefined) throw this.invalid(line, `${binary} is a binary key, which CSV has no form for`);
    return names;
  }
}
