import { isObject } from '../../aws/is-object.ts';
import { ProofNotesError } from '../errors.ts';

/** Distinguishes a file of proof notes from any other JSON file. */
const PROOFS_FORMAT = 'cumulus-dynamodb-proofs';

/** Raised when a reader of the former version would misunderstand the new one. */
const PROOFS_VERSION = 1;

const KINDS = ['file', 'table', 'rehearsal'] as const;

/**
 * How a data file was proved:
 *
 * - `file`: the whole file was read, and its size, SHA-256 and number of items are what its manifest says.
 * - `table`: every item was compared by value with a table, and they were equal.
 * - `rehearsal`: it was restored, and what came back was compared by value with it, and was equal.
 */
export type ProofKind = (typeof KINDS)[number];

/** What has proved a data file, and when. It counts for the file that has these bytes, whatever its name. */
export interface BackupProofNote {
  /** The data file: the SHA-256 of its bytes in hexadecimal, and their number. */
  readonly sha256: string;
  readonly bytes: number;
  readonly how: ProofKind;
  /** When: ISO 8601, UTC. */
  readonly at: string;
  /** The table that it was compared with, if it was. */
  readonly table?: string | undefined;
  /** The software that proved it. */
  readonly createdBy: string;
}

/** The text of some notes, as it is stored. */
export function formatProofNotes(proofs: readonly BackupProofNote[]): string {
  return `${JSON.stringify({ format: PROOFS_FORMAT, formatVersion: PROOFS_VERSION, proofs }, null, 2)}\n`;
}

/**
 * Reads the text of notes.
 * @param path what to call it in messages
 * @throws ProofNotesError if it holds anything else, or was written by a later release
 */
export function parseProofNotes(text: string, path: string): readonly BackupProofNote[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ProofNotesError(`${path} is not JSON: ${(error as Error).message}.`, ADVICE, error);
  }
  if (!isObject(content) || content['format'] !== PROOFS_FORMAT) {
    throw new ProofNotesError(`${path} does not hold notes of proofs.`, ADVICE);
  }
  if (content['formatVersion'] !== PROOFS_VERSION) {
    throw new ProofNotesError(`${path} has the format version ${content['formatVersion']}, not ${PROOFS_VERSION}.`, [
      'Use the release that wrote it, or a later one.',
    ]);
  }
  const proofs: unknown = content['proofs'];
  if (!Array.isArray(proofs) || !proofs.every(isNote)) {
    throw new ProofNotesError(`${path} has a proof that is none.`, ADVICE);
  }
  return proofs;
}

const ADVICE = ['It counts as no proof. Remove it, and prove the backups again.'];

function isNote(value: unknown): value is BackupProofNote {
  if (!isObject(value)) return false;
  const { sha256, bytes, how, at, table, createdBy } = value as { readonly [name: string]: unknown };
  return (
    /^[0-9a-f]{64}$/.test(String(sha256)) &&
    Number.isSafeInteger(bytes) &&
    KINDS.some((kind) => kind === how) &&
    typeof at === 'string' &&
    isTime(at) &&
    (table === undefined || typeof table === 'string') &&
    typeof createdBy === 'string'
  );
}

/** Whether a text is a time as `toISOString` writes it. */
function isTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** Notes with one more: of each file, the newest of each kind stays. */
export function withNote(notes: readonly BackupProofNote[], added: BackupProofNote): readonly BackupProofNote[] {
  const isSameKind = (note: BackupProofNote): boolean => note.sha256 === added.sha256 && note.how === added.how;
  const known = notes.find(isSameKind);
  if (known !== undefined && known.at > added.at) return notes;
  return [...notes.filter((note) => !isSameKind(note)), added];
}
