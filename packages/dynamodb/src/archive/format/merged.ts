import { createHash } from 'node:crypto';
import { type Encryption, isEncryption } from '../../backup/format/manifest.ts';
import { SOFTWARE } from '../../backup/format/software.ts';
import type { ArchivedTable, ProvedFile, SegmentHeader } from './segment.ts';

/** Distinguishes merged changes from any other file. */
const MERGED_FORMAT = 'cumulus-dynamodb-merged';

/** Raised when a reader of the former version would misunderstand the new one. */
const MERGED_VERSION = 1;

/** The first line of a file of merged changes. docs/reference/archive-format.md describes each field. */
export interface MergedHeader {
  readonly format: typeof MERGED_FORMAT;
  readonly formatVersion: typeof MERGED_VERSION;
  readonly createdBy: string;
  readonly table: ArchivedTable;
  readonly stream: SegmentHeader['stream'];
  /** The second after which its changes begin: ISO 8601, UTC. */
  readonly after: string;
  /** The second of whose state it has the last change: ISO 8601, UTC. */
  readonly at: string;
  /** What its changes are applied to: a backup, by the SHA-256 of its bytes, or other merged changes, by that of their first line. */
  readonly previous: ProvedFile;
  /** What the next merged changes name as their previous ones, if that is a file in whose place this one is; else null. */
  readonly replaces: ProvedFile | null;
  readonly changes: number;
  /** Bytes of the lines of changes, before they are compressed. */
  readonly bytes: number;
  /** Present if what follows this line is encrypted: a file of age, of the gzipped lines. Without changes nothing follows. */
  readonly encryption?: Encryption | undefined;
  /** The SHA-256 of what follows this line, in hexadecimal, before it is compressed: the lines, or the encrypted file. */
  readonly sha256: string;
}

/** What a header is made of, besides what is the same in all. */
export type NewMergedHeader = Omit<MergedHeader, 'format' | 'formatVersion' | 'createdBy'>;

/** The first line, without its end. */
export function formatMergedHeader(header: NewMergedHeader): string {
  const whole: MergedHeader = {
    format: MERGED_FORMAT,
    formatVersion: MERGED_VERSION,
    createdBy: SOFTWARE,
    ...header,
  };
  return JSON.stringify(whole);
}

/** Reads a header. @returns why the text is none, in words, if it is not */
export function parseMergedHeader(text: string): MergedHeader | string {
  let header: Partial<MergedHeader> | null;
  try {
    header = JSON.parse(text) as Partial<MergedHeader> | null;
  } catch {
    return 'its first line is not JSON';
  }
  if (header?.format !== MERGED_FORMAT) return 'it is not a file of merged changes';
  if (header.formatVersion !== MERGED_VERSION) {
    return `it has the format version ${header.formatVersion}, not ${MERGED_VERSION}: a later release wrote it`;
  }
  const isWhole =
    typeof header.table?.arn === 'string' &&
    typeof header.stream?.label === 'string' &&
    typeof header.previous?.name === 'string' &&
    [header.after, header.at].every((time) => !Number.isNaN(Date.parse(time ?? ''))) &&
    Number.isSafeInteger(header.changes) &&
    (header.encryption === undefined || isEncryption(header.encryption)) &&
    /^[0-9a-f]{64}$/.test(header.sha256 ?? '');
  return isWhole ? (header as MergedHeader) : 'its first line lacks a field';
}

/** The SHA-256 of a first line, by which other files name this one: it covers the lines after it too, whose SHA-256 it has. */
export function headerSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
