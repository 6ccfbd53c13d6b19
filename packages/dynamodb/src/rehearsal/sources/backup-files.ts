import { CumulusError } from '../../aws/errors.ts';
import type { CataloguedBackup } from '../../backup/catalogue/catalogue-entry.ts';
import { listCatalogue, type TableBackups } from '../../backup/catalogue/list-catalogue.ts';
import { noteProof } from '../../backup/catalogue/note-proof.ts';
import { withdrawIfDamaged } from '../../backup/catalogue/withdraw-proofs.ts';
import { datedFileName, newestFirst } from '../../backup/format/file-names.ts';
import { TABLE_DEFINITIONS, type TableName } from '../../tables/definitions.ts';
import type { Proved } from '../prove/proved.ts';
import { compareWithFile, type RestoredFile, restoreFile } from './restored-file.ts';
import { type DeploymentTable, type SourceContext, type TableSource, withoutSource } from './source.ts';

/** The bytes of an item that a write unit takes. */
const WRITE_UNIT = 1_000;

/**
 * The newest backup file of each table. A backup is restored as `restoreTable` does, into a table with the key, the indexes and
 * the encryption of the one that was backed up, and nothing else: no time to live takes items away while they are compared.
 * @param location a folder's path, or `s3://BUCKET/PREFIX`
 */
export async function backupFileSources(
  context: SourceContext,
  location: string,
  tables: readonly DeploymentTable[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly TableSource[]> {
  const { s3 } = context;
  const names = new Set(tables.map(({ table }) => table));
  const catalogue = await listCatalogue(location, { s3, tables: (table) => names.has(table), abortSignal });
  const ofTable = new Map(catalogue.map((each) => [each.table, each]));
  return tables.map((each) => sourceOf(context, each, location, ofTable.get(each.table)));
}

function sourceOf(
  context: SourceContext,
  each: DeploymentTable,
  location: string,
  found: TableBackups | undefined,
): TableSource {
  const { name, table } = each;
  const [newest] = found?.backups ?? [];
  if (newest === undefined) return withoutSource(each, `There is no backup of ${table} in ${location}.`);
  const { file, startedAt, items = null, bytes, archivedIn, recipients } = newest;
  const isLocked = recipients !== undefined && context.identities === undefined;
  const unreadable = found?.problems.find((problem) => problem.file === file);
  const doubtful = found?.backups.find((backup) => mayBeNewer(backup, newest));
  return {
    name,
    table,
    source: file,
    sourceTime: startedAt?.toISOString() ?? '',
    items,
    bytes,
    writeUnits: writeUnitsOf(name, newest),
    problem:
      unreadable?.problem ??
      (doubtful && `${doubtful.file} may be newer than ${file}: no manifest that can be read says when it was made.`) ??
      (isLocked ? `${file} is encrypted, and no secret key was given to open it.` : undefined) ??
      (archivedIn === undefined ? null : `${file} is in ${archivedIn}, and has to be restored from it in S3 first.`),
    restore: async (scratchTable, signal) => {
      const { items: restored, proved } = await orWithdraw(context, file, () =>
        restoreFile(context, file, { name, scratchTable }, signal),
      );
      return {
        prove: (ending) =>
          orWithdraw(context, file, () => prove(context, { file, scratchTable, restored, proved }, ending)),
      };
    },
  };
}

/** Whether a backup of unknown time may be newer than the newest of which it is known: a restore of the folder takes neither. */
function mayBeNewer(backup: CataloguedBackup, newest: CataloguedBackup): boolean {
  const { file, kind, startedAt } = backup;
  if (backup === newest || startedAt !== undefined || kind === 'kept') return false;
  if (kind === 'newest' || newest.startedAt === undefined) return true;
  return newestFirst(file, datedFileName(newest.table, newest.startedAt)) < 0;
}

/** By the sizes that are stored, and so too few for a compressed file; each index takes as many again. */
function writeUnitsOf(name: TableName, { items, bytes, compression }: CataloguedBackup): number | null {
  if (items === undefined) return null;
  const indexes = TABLE_DEFINITIONS.find((definition) => definition.name === name)?.indexes.length ?? 0;
  const ofTable = compression === 'none' ? Math.max(items, Math.ceil(bytes / WRITE_UNIT)) : items;
  return ofTable + indexes * items;
}

/** A file that turns out to be damaged does not stay proved. */
async function orWithdraw<T>({ s3, onWarning }: SourceContext, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await withdrawIfDamaged(error, file, { s3, onWarning });
    throw error;
  }
}

async function prove(
  context: SourceContext,
  { proved, ...restored }: RestoredFile & { readonly proved: boolean },
  abortSignal: AbortSignal,
): Promise<Proved> {
  const { file, scratchTable } = restored;
  const { s3, onWarning } = context;
  const { sha256, bytes, ...compared } = await compareWithFile(context, { ...restored, calledAs: file }, abortSignal);
  if (compared.outcome !== 'proved') return compared;
  if (!proved) {
    const warning = `${file} has no manifest: the table is equal to the file, but nothing proves the file.`;
    return { ...compared, outcome: 'restored', warning };
  }
  try {
    await noteProof(file, { s3, sha256, bytes, how: 'rehearsal', table: scratchTable });
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    onWarning?.(`${file} was proved, which could not be noted beside it: ${error.problem}`);
  }
  return compared;
}
