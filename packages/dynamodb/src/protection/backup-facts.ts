import { firstWithin } from '../aws/pause.ts';
import type { CataloguedBackup } from '../backup/catalogue/catalogue-entry.ts';
import { listCatalogue, type TableBackups } from '../backup/catalogue/list-catalogue.ts';
import { FileError, StorageError } from '../storage/errors.ts';
import type { S3Access } from '../storage/open-storage.ts';
import type { TableDescription } from '../tables/describe.ts';
import { whyUnknown } from './ask-fact.ts';
import type { BackupFacts, Known, RestorableInterval, TableFacts } from './report.ts';

/** Where the backup files, or an archive, are. */
export interface BackupFolder {
  /** A folder's path, or `s3://BUCKET/PREFIX`. */
  readonly location: string;
  readonly s3: S3Access | undefined;
  readonly abortSignal: AbortSignal | undefined;
  /** How long reading it may take, in milliseconds; any time unless given. */
  readonly timeLimit: number | undefined;
}

/** What a table's facts have of its backup files. */
export type FactsOfBackups = Pick<TableFacts, 'backup' | 'provedBackup' | 'otherTableBackups' | 'backupProblems'>;

/** Reads the catalogue of a folder once, for several tables; why it is not known, if it is not. */
export async function askCatalogue(
  folder: BackupFolder,
  tables: readonly string[],
): Promise<Known<ReadonlyMap<string, TableBackups>>> {
  const wanted = new Set(tables);
  return readFolder(folder, async ({ location, s3, abortSignal }) => {
    const catalogue = await listCatalogue(location, { s3, tables: (table) => wanted.has(table), abortSignal });
    return new Map(catalogue.map((ofTable) => [ofTable.table, ofTable]));
  });
}

/** What reading a folder gives, or why that is not known: also if it takes longer than it may. */
export async function readFolder<T>(
  folder: BackupFolder,
  read: (folder: BackupFolder) => Promise<T>,
): Promise<Known<T>> {
  const reading = readKnown(folder, read);
  const { timeLimit } = folder;
  if (timeLimit === undefined) return reading;
  const late = { known: false, because: `reading them took longer than ${timeLimit / 1000} seconds` } as const;
  // Not by an abort signal: it does not end every request.
  return firstWithin([reading], { milliseconds: timeLimit, late });
}

async function readKnown<T>(folder: BackupFolder, read: (folder: BackupFolder) => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read(folder) };
  } catch (error) {
    return { known: false, because: whyUnreadable(error) };
  }
}

/** @throws the error, if it is not of the folder */
function whyUnreadable(error: unknown): string {
  if (error instanceof FileError || error instanceof StorageError) return error.problem;
  return whyUnknown(error, 's3:ListBucket');
}

/** What the catalogue says of a table. @param present undefined if the table is not there, or not known */
export function factsOfBackups(
  catalogue: Known<ReadonlyMap<string, TableBackups>>,
  table: string,
  present: TableDescription | undefined,
): FactsOfBackups & { readonly restorable: readonly RestorableInterval[] } {
  if (!catalogue.known) {
    return { backup: catalogue, provedBackup: catalogue, otherTableBackups: [], backupProblems: [], restorable: [] };
  }
  const { backups, problems } = catalogue.value.get(table) ?? { backups: [], problems: [] };
  const dated = backups.flatMap((backup) => datedBackup(backup));
  const own = dated.filter(({ tableId }) => present === undefined || tableId === present.id);
  const newest = own[0];
  const others = dated.filter((backup) => !own.includes(backup));
  return {
    backup: { known: true, value: newest?.facts ?? null },
    provedBackup: { known: true, value: own.find(({ facts }) => facts.proofs.length > 0)?.facts ?? null },
    // Those that are older than the newest of this table do not matter any more.
    otherTableBackups: others
      .map(({ facts: { file, startedAt } }) => ({ file, startedAt }))
      .filter(({ startedAt }) => newest === undefined || startedAt > newest.facts.startedAt),
    backupProblems: [...problems, ...backups.flatMap((backup) => problemOf(backup))],
    restorable: own.map(({ facts: { startedAt, proofs } }) => ({
      ...{ by: 'backup', from: startedAt, to: startedAt },
      proved: proofs.length > 0,
    })),
  };
}

interface DatedBackup {
  readonly facts: BackupFacts;
  readonly tableId: string | undefined;
}

function datedBackup(backup: CataloguedBackup): readonly DatedBackup[] {
  const { file, startedAt, endedAt, items, bytes, proofs, tableId } = backup;
  if (startedAt === undefined || endedAt === undefined || items === undefined) return [];
  const facts = {
    file,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    items,
    bytes,
    proofs: proofs.map(({ how, at, table = null }) => ({ how, at, table })),
  };
  return [{ facts, tableId }];
}

/** Why a file does not count, where the catalogue does not name it among its problems. */
function problemOf({ file, manifest }: CataloguedBackup): TableFacts['backupProblems'] {
  if (manifest === 'absent') return [{ file, problem: 'it has no manifest, so nothing is known of it.' }];
  if (manifest === 'other file') return [{ file, problem: 'its manifest is of another file.' }];
  return [];
}
