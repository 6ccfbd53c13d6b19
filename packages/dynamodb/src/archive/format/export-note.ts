import { createHash } from 'node:crypto';
import { isObject } from '../../aws/is-object.ts';
import type { BackupManifest } from '../../backup/format/manifest.ts';
import { SOFTWARE } from '../../backup/format/software.ts';
import type { ArchivedTable, Gap, ProvedFile } from './segment.ts';

/** Distinguishes the note of an export from any other file. */
const EXPORT_FORMAT = 'cumulus-dynamodb-archived-export';

/** Raised when a reader of the former version would misunderstand the new one. */
const EXPORT_VERSION = 1;

/** What an export has: all items at an instant, or what has changed in a window. */
export type ExportType = 'FULL_EXPORT' | 'INCREMENTAL_EXPORT';

/** An export that belongs to an archive. docs/reference/archive-format.md describes each field. */
export interface ExportNote {
  readonly format: typeof EXPORT_FORMAT;
  readonly formatVersion: typeof EXPORT_VERSION;
  readonly createdBy: string;
  readonly table: ArchivedTable;
  /** Its place in the chain, counted from 1. */
  readonly number: number;
  /** The note before it; null for the first. */
  readonly previous: ProvedFile | null;
  /** The time before a full export of which the archive has no changes; null if it follows the export before it without a gap. */
  readonly gap: Gap | null;
  readonly export: NotedExport;
  /** The settings of the table, of a full export; otherwise null. */
  readonly settings: BackupManifest['table'] | null;
  /** The SHA-256 of this note without this field, in hexadecimal. */
  readonly sha256: string;
}

/** What the manifests of an export said when it was complete. */
export interface NotedExport {
  readonly arn: string;
  readonly type: ExportType;
  /** Of an incremental export, the beginning of its window, whose second is included: ISO 8601, UTC. Otherwise null. */
  readonly from: string | null;
  /** The end of its window, whose second is not included; of a full export, its instant: ISO 8601, UTC. */
  readonly to: string;
  /** `NEW_AND_OLD_IMAGES` of an incremental export; otherwise null. */
  readonly viewType: string | null;
  /** Its folder in the archive: `AWSDynamoDB/01695353076000-06e2188f`. */
  readonly folder: string;
  /** The SHA-256 of its manifests, in hexadecimal. */
  readonly manifests: { readonly summary: string; readonly files: string };
  /** How many data files, bytes as they are stored, and items or changes it has. */
  readonly files: number;
  readonly bytes: number;
  readonly items: number;
  /** The KMS key that its files are encrypted with; null for S3's own. */
  readonly kmsKeyId: string | null;
}

/** What a note is made of, besides what is the same in all. */
export type NewExportNote = Omit<ExportNote, 'format' | 'formatVersion' | 'createdBy' | 'sha256'>;

export function formatExportNote(note: NewExportNote): string {
  const content = { format: EXPORT_FORMAT, formatVersion: EXPORT_VERSION, createdBy: SOFTWARE, ...note };
  return `${JSON.stringify({ ...content, sha256: sha256Of(content) })}\n`;
}

/** Reads a note. @returns why the text is none, in words, if it is not */
export function parseExportNote(text: string): ExportNote | string {
  let note: unknown;
  try {
    note = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(note) || note['format'] !== EXPORT_FORMAT) return 'it is not the note of an export';
  const { sha256, ...content } = note as unknown as ExportNote;
  if (content.formatVersion !== EXPORT_VERSION) {
    return `it has the format version ${content.formatVersion}, not ${EXPORT_VERSION}: a later release wrote it`;
  }
  if (sha256Of(content) !== sha256) return 'it was altered: its SHA-256 is not the one in it';
  return note as unknown as ExportNote;
}

function sha256Of(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
