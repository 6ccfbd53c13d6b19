import type { StoredFile } from '../../storage/storage.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { LINE_BREAK, type Line, type LineCounts, MAX_LINE_BYTES, readLines } from '../format/lines.ts';
import { JsonInput } from './json-input.ts';
import { type ItemTexts, type JsonContents, jsonItems } from './json-items.ts';
import type { Layout } from './layout.ts';
import { readText, type TextOptions } from './packing.ts';
import { BEGINNING, recognize } from './recognize.ts';

export interface ReadFileOptions extends TextOptions {
  /** How items lie in it, if a manifest says so; else it is recognized. */
  readonly layout?: Layout | undefined;
  /** The table that the items are for, if it is known. */
  readonly schema?: TableSchema | undefined;
  /** The lines that came before those of this file; 0 unless given. */
  readonly linesBefore?: number | undefined;
}

/** What a reading of a file has shown at its end. */
export interface FileRead extends LineCounts, JsonContents {}

/** A file that is being read. */
export interface ReadingFile {
  readonly layout: Layout;
  /**
   * Its lines in runs, each to be gone through to its end before the next is asked for; empty lines are passed over, but counted
   * in the numbers. Of a file whose items are not a line each, each item is one.
   * @throws InvalidLineError for a line that is too long or not UTF-8, or where a JSON text is broken
   * @throws CorruptBackupError if the file is cut short or damaged, or packed twice
   * @throws UnreadableFormatError for a format that is not read
   */
  readonly runs: AsyncGenerator<Iterable<Line>, FileRead>;
}

/**
 * Begins to read a file from its start.
 * @throws CorruptBackupError, UnreadableFormatError if its beginning shows it
 */
export async function readFile(
  file: StoredFile,
  { layout, schema, linesBefore = 0, ...options }: ReadFileOptions,
): Promise<ReadingFile> {
  const text = readText(file, options);
  if (layout !== undefined) return { layout, runs: runsOf(text, layout, file.name, linesBefore, schema) };
  const head = await headOf(text);
  const start = head.subarray(
    head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0,
  );
  const recognized = recognize(start, file.name, schema?.key);
  return { layout: recognized, runs: runsOf(joined(start, text), recognized, file.name, linesBefore, schema) };
}

async function* runsOf(
  chunks: AsyncGenerator<Buffer, void>,
  layout: Layout,
  name: string,
  linesBefore: number,
  schema: TableSchema | undefined,
): AsyncGenerator<Iterable<Line>, FileRead> {
  switch (layout) {
    case 'array':
    case 'objects':
    case 'scan':
    case 'requests':
      return yield* inRuns(jsonItems(new JsonInput(name, chunks), layout, name), linesBefore);
    case 'ion': {
      const { readIonLines } = await import('./ion-lines.ts');
      return { layout, ...(yield* readIonLines(chunks, name, linesBefore)) };
    }
    case 'csv': {
      if (schema === undefined) throw new TypeError('CSV was recognized without a schema');
      const { readCsvLines } = await import('./csv-lines.ts');
      return { layout, ...(yield* readCsvLines(chunks, name, linesBefore, schema)) };
    }
    default:
      return { layout, ...(yield* readLines(chunks, name, linesBefore)) };
  }
}

/** How much of a text is looked at for its first line, in bytes: if it is blank, it is one of lines. */
const BLANK = 64 * 1024;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

async function* joined(head: Buffer, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** A text up to the end of its first line that is not blank, or as much as no line is longer than; and enough to recognize it. */
async function headOf(text: AsyncGenerator<Buffer, void>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for (let next = await text.next(); !next.done; next = await text.next()) {
    // Most often all of it is in the first chunk, which stays as it is until the next is asked for.
    const { value } = next;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
    if (hasLine(head)) return head;
    if (head === value) head = Buffer.from(value);
  }
  return head;
}

function hasLine(head: Buffer): boolean {
  const first = head.findIndex((byte) => byte > SPACE);
  if (first < 0) return head.length >= BLANK;
  return head.length > MAX_LINE_BYTES || (head.length >= first + BEGINNING && head.indexOf(LINE_BREAK, first) >= 0);
}

/** How many items come at once, and of how many bytes. */
const RUN_ITEMS = 100;
const RUN_BYTES = 1_000_000;

async function* inRuns(items: ItemTexts, linesBefore: number): AsyncGenerator<Iterable<Line>, FileRead> {
  let number = 0;
  let run: Line[] = [];
  let bytes = 0;
  for (let next = await items.next(); ; next = await items.next()) {
    if (next.done) {
      yield run;
      return { ...next.value, lines: number, filled: number };
    }
    number += 1;
    bytes += next.value.length;
    run.push({ number: linesBefore + number, bytes: next.value });
    if (run.length === RUN_ITEMS || bytes >= RUN_BYTES) {
      yield run;
      run = [];
      bytes = 0;
    }
  }
}
