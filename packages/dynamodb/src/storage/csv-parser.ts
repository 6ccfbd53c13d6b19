/** A record of comma-separated values. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** The number of the line that it begins in, counted from 1. */
  readonly line: number;
}

/** A text that is not of comma-separated values. */
export class CsvError extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

/** Characters of a record: one without an end, as after a quote that is not closed, would fill the memory. */
const MAX_LENGTH = 8 * 1024 * 1024;
const SPECIAL = /[",\n]/g;

type State = 'before' | 'plain' | 'quoted' | 'closed';

/**
 * Reads comma-separated values (RFC 4180) piece by piece: quotes around a value that holds commas, line breaks or quotes, which are doubled.
 * Lines end in LF or CRLF; empty ones are passed over.
 */
export class CsvParser {
  #state: State = 'before';
  #field = '';
  /** How long the field was when its quote was closed. */
  #closedAt = 0;
  #fields: string[] = [];
  #line = 1;
  #firstLine = 1;
  #length = 0;

  /**
   * @returns the records that end in this text, the next of the whole
   * @throws CsvError
   */
  push(text: string): readonly CsvRecord[] {
    const records: CsvRecord[] = [];
    for (let at = 0; at < text.length; ) at = this.#step(text, at, records);
    return records;
  }

  /**
   * @returns the last record, if the text does not end in a line break
   * @throws CsvError for a value whose quote is not closed
   */
  end(): readonly CsvRecord[] {
    if (this.#state === 'quoted') throw new CsvError(this.#firstLine, 'a quote is not closed');
    return this.#state === 'before' && this.#fields.length === 0 ? [] : this.push('\n');
  }

  /** Goes on from a place in a text. @returns the next place */
  #step(text: string, at: number, records: CsvRecord[]): number {
    if (this.#state === 'quoted') return this.#inQuotes(text, at);
    if (this.#state === 'before') {
      this.#state = text[at] === '"' ? 'quoted' : 'plain';
      return this.#state === 'quoted' ? at + 1 : at;
    }
    SPECIAL.lastIndex = at;
    const end = SPECIAL.exec(text)?.index ?? text.length;
    this.#add(text.slice(at, end));
    if (end === text.length) return end;
    if (text[end] === '"') {
      if (this.#state === 'plain') throw new CsvError(this.#line, 'a quote in a value that is not in quotes');
      if (this.#field.length !== this.#closedAt) {
        throw new CsvError(this.#line, 'text after the quote that closes a value');
      }
      this.#add('"');
      this.#state = 'quoted';
      return end + 1;
    }
    this.#endField(text[end] === '\n');
    if (text[end] === '\n') this.#endRecord(records);
    return end + 1;
  }

  #inQuotes(text: string, at: number): number {
    const end = text.indexOf('"', at);
    const part = text.slice(at, end < 0 ? text.length : end);
    for (let next = part.indexOf('\n'); next >= 0; next = part.indexOf('\n', next + 1)) this.#line += 1;
    this.#add(part);
    if (end < 0) return text.length;
    this.#state = 'closed';
    this.#closedAt = this.#field.length;
    return end + 1;
  }

  #add(part: string): void {
    this.#length += part.length;
    if (this.#length > MAX_LENGTH)
      throw new CsvError(this.#firstLine, `a record of more than ${MAX_LENGTH} characters`);
    this.#field += part;
  }

  #endField(isLast: boolean): void {
    let field = this.#field;
    if (this.#state === 'closed') {
      const after = field.slice(this.#closedAt);
      if (after !== '' && !(isLast && after === '\r')) {
        throw new CsvError(this.#line, 'text after the quote that closes a value');
      }
      field = field.slice(0, this.#closedAt);
    } else if (isLast && field.endsWith('\r')) {
      field = field.slice(0, -1);
    }
    const isBlankLine = isLast && this.#fields.length === 0 && field === '' && this.#state !== 'closed';
    if (!isBlankLine) this.#fields.push(field);
    this.#field = '';
    this.#state = 'before';
  }

  #endRecord(records: CsvRecord[]): void {
    if (this.#fields.length > 0) records.push({ fields: this.#fields, line: this.#firstLine });
    this.#fields = [];
    this.#length = 0;
    this.#line += 1;
    this.#firstLine = this.#line;
  }
}
