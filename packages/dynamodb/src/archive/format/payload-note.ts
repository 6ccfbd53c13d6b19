import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib';
import { SOFTWARE } from '../../backup/format/software.ts';
import type { S3Location } from '../../storage/s3/url.ts';
import { type ShardPlace, streamInNames } from './names.ts';
import type { ArchivedTable, ProvedFile } from './segment.ts';

const [gzip, gunzip] = [promisify(gzipCallback), promisify(gunzipCallback)];

const PAYLOADS_FORMAT = 'cumulus-dynamodb-payloads';
const PAYLOADS_VERSION = 1;

const NUMBER_DIGITS = 9;
const BASE_DIGITS = 32;

const NAME = /^(.+)\.(?:base-([0-9a-f]{32})|([0-9A-Za-z]+)\.([\w-]+))\.(\d{9})\.payloads\.gz$/;

/** What points to objects in S3: the changes of a shard, or the items of a backup, which its SHA-256 identifies. */
export type PayloadSource = ShardPlace | { readonly table: string; readonly base: string };

/** What the name of a payload note says. */
export interface PayloadNoteName {
  readonly table: string;
  /** What the names of all notes of this source begin with. */
  readonly source: string;
  /** Of a backup: the first 32 digits of its SHA-256. */
  readonly base: string | undefined;
  /** Of changes: the stream, as names have it, and the shard. */
  readonly stream: string | undefined;
  readonly shard: string | undefined;
  /** Counted from 1. */
  readonly number: number;
}

/** An object that something points to, and what was there when it was looked for. */
export interface PayloadEntry extends S3Location {
  /** The second of the change, or of the backup's beginning: since 1970. */
  readonly time: number;
  /** When it was looked for: ISO 8601, UTC. */
  readonly at: string;
  /** What was copied; absent if nothing was. */
  readonly copy?: PayloadCopy;
  readonly problem?: PayloadProblem;
}

export interface PayloadCopy {
  /** The SHA-256 of the content in hexadecimal, which is the name of the copy. */
  readonly sha256: string;
  readonly bytes: number;
  /** The object's, with the time at which S3 got it: ISO 8601, UTC. It may be later than the change. */
  readonly etag: string;
  readonly lastModified: string;
  /** The object's, as a MIME type; absent if it has none. */
  readonly contentType?: string | undefined;
}

/**
 * Why an object was not copied:
 *
 * - `gone`: there was none
 * - `elsewhere`: its bucket is not among those that may be read
 * - `failed`: S3 did not give it; it is tried again
 */
export interface PayloadProblem {
  readonly kind: 'gone' | 'elsewhere' | 'failed';
  /** In words. */
  readonly reason: string;
}

/** The first line of a payload note. docs/reference/archive-format.md describes each field. */
export interface PayloadNoteHeader {
  readonly format: typeof PAYLOADS_FORMAT;
  readonly formatVersion: typeof PAYLOADS_VERSION;
  readonly createdBy: string;
  /** A random identity of the writer. */
  readonly writer: string;
  readonly table: ArchivedTable;
  readonly of: { readonly stream: string; readonly shard: string } | { readonly base: string };
  /** Its place among the notes of its source, counted from 1. */
  readonly note: number;
  readonly previous: ProvedFile | null;
  /** Of a shard: the segment up to which pointers were looked at. */
  readonly through: number | null;
  readonly total: PayloadTotal;
  /** The SHA-256 of the lines after this one, in hexadecimal, before they are compressed. */
  readonly sha256: string;
}

/** What the notes of a source have so far. */
export interface PayloadTotal {
  /** How many pointers were looked at, each as often as it is there. */
  readonly pointers: number;
  /** Objects, each once a segment: copied, with their bytes, and those with a problem, by its kind. */
  readonly copied: number;
  readonly bytes: number;
  readonly gone: number;
  readonly elsewhere: number;
  readonly failed: number;
}

/** A payload note as it is stored. */
export interface PayloadNote extends ProvedFile {
  readonly header: PayloadNoteHeader;
  readonly entries: readonly PayloadEntry[];
}

/** What the names of all notes of a source begin with. */
export function payloadNotesOf(source: PayloadSource): string {
  if ('base' in source) return `${source.table}.base-${source.base.slice(0, BASE_DIGITS)}.`;
  return `${source.table}.${streamInNames(source.label)}.${source.shard}.`;
}

/** @param source what the names of all notes of the source begin with */
export function payloadNoteName(source: string, number: number): string {
  return `${source}${String(number).padStart(NUMBER_DIGITS, '0')}.payloads.gz`;
}

/** What a name says; undefined if it is not that of a payload note. */
export function parsePayloadNoteName(name: string): PayloadNoteName | undefined {
  const [, table, base, stream, shard, number] = NAME.exec(name) ?? [];
  if (table === undefined || number === undefined) return undefined;
  const source = name.slice(0, -`${number}.payloads.gz`.length);
  return { table, source, base, stream, shard, number: Number(number) };
}

/** What entries of one source have in common that are of one object. */
export function entryKey({ bucket, key, time }: PayloadEntry): string {
  return `${bucket}/${key} ${time}`;
}

/** The bytes of a payload note: a line of what it is of, and a line for each entry. */
export async function formatPayloadNote(
  header: Omit<PayloadNoteHeader, 'format' | 'formatVersion' | 'createdBy' | 'sha256'>,
  entries: readonly PayloadEntry[],
): Promise<{ readonly header: PayloadNoteHeader; readonly bytes: Buffer }> {
  const body = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const whole: PayloadNoteHeader = {
    format: PAYLOADS_FORMAT,
    formatVersion: PAYLOADS_VERSION,
    createdBy: SOFTWARE,
    ...header,
    sha256: sha256Of(body),
  };
  return { header: whole, bytes: await gzip(`${JSON.stringify(whole)}\n${body}`) };
}

/**
 * Reads a payload note.
 * @returns why the bytes are none, in words, if they are not
 */
export async function parsePayloadNote(name: string, stored: Buffer): Promise<PayloadNote | string> {
  try {
    const text = (await gunzip(stored)).toString('utf8');
    const end = text.indexOf('\n') + 1;
    const header = JSON.parse(text.slice(0, end)) as PayloadNoteHeader;
    if (header.format !== PAYLOADS_FORMAT) return 'it is not a payload note of an archive';
    if (header.formatVersion !== PAYLOADS_VERSION) {
      return `it has the format version ${header.formatVersion}, not ${PAYLOADS_VERSION}: a later release wrote it`;
    }
    const body = text.slice(end);
    if (sha256Of(body) !== header.sha256) return 'its entries are not those that its first line says';
    const entries = body.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as PayloadEntry]));
    return { name, sha256: sha256Of(stored), header, entries };
  } catch (error) {
    return `it cannot be read (${(error as Error).message})`;
  }
}

function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
