import { basename } from 'node:path';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { FileError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import {
  commonBeginning,
  DATA_FILE_FORMS,
  dataFileBeside,
  dataFileName,
  proofsName,
  tableOfFile,
} from '../format/file-names.ts';
import type { BackupProofNote } from '../format/proof-notes.ts';
import { settle } from '../store/settle.ts';
import type { CataloguedBackup } from './catalogue-entry.ts';
import { listCatalogue, type TableBackups } from './list-catalogue.ts';
import { changeProofs, readProofs } from './proofs-file.ts';
import { chooseForgotten, type ForgetDecision, type KeepRules } from './retention.ts';

export interface ForgetBackupsOptions {
  /** A directory's path, or `s3://BUCKET/PREFIX`. */
  readonly location: string;
  readonly table: string;
  readonly rules: KeepRules;
  /** What was decided by {@link chooseForgotten}, and confirmed: nothing else is removed. */
  readonly decisions: readonly ForgetDecision[];
  /** How to ask S3, if they are there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What became of a backup that was to go. */
export interface ForgottenBackup {
  readonly backup: CataloguedBackup;
  readonly fate: 'forgotten' | 'not forgotten';
  /** Whether the bucket keeps it as an earlier version, as one with versioning or Object Lock does. */
  readonly keptAsVersion?: boolean | undefined;
  /** Why it was not removed. */
  readonly because?: string | undefined;
}

export interface ForgetResult {
  /** What became of the backups that were to go, the newest first. */
  readonly backups: readonly ForgottenBackup[];
  /** Why notes of proofs of files that are gone are still there. */
  readonly notesNotRemoved?: string | undefined;
}

/**
 * Removes backups of a table, the oldest first, and whatever killed runs of it left. It removes a data file first, and then its
 * manifest: whenever it is killed, each data file that is there has its manifest.
 *
 * It takes the leases of the table's backups, reads the catalogue again, and decides again. So it removes only what is to go then too,
 * and is the file that was decided on: a backup that took a name meanwhile, or another run with other rules, is in no danger.
 *
 * On a disk without space for a lease it removes one backup first. That one has a time in its name, so that no writer comes to it, and
 * nobody has a lease.
 * @throws LeaseHeldError while a backup of the table is being written; InterruptedError; FileError, StorageError, AccessDeniedError
 * @example
 * ```ts
 * import { chooseForgotten, forgetBackups, listCatalogue } from '@cumulus/dynamodb/backup';
 *
 * const rules = { daily: 7 };
 * for (const { table, backups } of await listCatalogue('backups')) {
 *   const decisions = chooseForgotten(backups, rules);
 *   await forgetBackups({ location: 'backups', table, rules, decisions });
 * }
 * ```
 */
export async function forgetBackups(options: ForgetBackupsOptions): Promise<ForgetResult> {
  const storage = await openStorage(options.location, { s3: options.s3 });
  const forgotten: ForgottenBackup[] = [];
  if (!options.decisions.some(({ fate }) => fate === 'goes') && !(await hasLeftovers(storage, options))) {
    await removeDeadLeases(storage, options.table);
    return { backups: [] };
  }
  const leases = await takeLeases(storage, options.table).catch(async (error: unknown) => {
    if (!isOutOfSpace(error)) throw error;
    const freed = await freeSpace(storage, options);
    if (freed === undefined) throw error;
    forgotten.push(freed);
    return takeLeases(storage, options.table);
  });
  try {
    for (const form of DATA_FILE_FORMS) await settle(storage, dataFileName(options.table, form));
    await removeBeside(storage, options.table, isMissing);
    for (const { backup, goes } of await decideAgain(options)) {
      if (options.abortSignal?.aborted) throw interrupted(options.table, forgotten);
      for (const lease of leases) await lease.check();
      forgotten.unshift(goes ? await removeBackup(storage, backup) : isAnother(backup));
    }
    return { backups: forgotten, notesNotRemoved: await removeNotes(storage, options) };
  } finally {
    for (const lease of leases) await lease.release().catch(passCumulusError);
  }
}

/** All leases of a table: backups that are packed or encrypted and such that are not can be written at the same time. */
async function takeLeases(storage: Storage, table: string): Promise<readonly Lease[]> {
  const leases: Lease[] = [];
  try {
    for (const form of DATA_FILE_FORMS) leases.push(await storage.lease(dataFileName(table, form)));
    return leases;
  } catch (error) {
    for (const lease of leases) await lease.release().catch(passCumulusError);
    throw error;
  }
}

/** Removes the leases of writers that were killed, where nothing else is to be done; whoever lives keeps theirs. */
async function removeDeadLeases(storage: Storage, table: string): Promise<void> {
  const files = [...DATA_FILE_FORMS.map((form) => dataFileName(table, form)), proofsName(table)];
  const names = (await storage.list(commonBeginning(dataFileName(table)))) ?? [];
  for (const file of files.filter((each) => names.some((name) => name.startsWith(`${each}.lock`)))) {
    const lease = await storage.lease(file).catch(passCumulusError);
    await lease?.release().catch(passCumulusError);
  }
}

/** The backups that were to go and are still there, the oldest first, each with whether it is to go now too. */
async function decideAgain({
  location,
  table,
  rules,
  decisions,
  s3,
}: ForgetBackupsOptions): Promise<readonly { readonly backup: CataloguedBackup; readonly goes: boolean }[]> {
  const present = await catalogueOf(location, table, s3);
  const now = chooseForgotten(present?.backups ?? [], rules).filter(({ fate }) => fate === 'goes');
  const goes = (backup: CataloguedBackup): boolean => now.some((decision) => isSame(decision.backup, backup));
  const isThere = ({ file }: CataloguedBackup): boolean => present?.backups.some((each) => each.file === file) ?? false;
  return decisions
    .filter(({ fate, backup }) => fate === 'goes' && isThere(backup))
    .map(({ backup }) => ({ backup, goes: goes(backup) }))
    .reverse();
}

async function catalogueOf(location: string, table: string, s3?: S3Access): Promise<TableBackups | undefined> {
  return (await listCatalogue(location, { s3, tables: (name) => name === table }))[0];
}

/** Whether two entries are of the same backup under the same name. */
function isSame(one: CataloguedBackup, other: CataloguedBackup): boolean {
  return (
    one.file === other.file && one.sha256 === other.sha256 && one.startedAt?.getTime() === other.startedAt?.getTime()
  );
}

function isAnother(backup: CataloguedBackup): ForgottenBackup {
  return { backup, fate: 'not forgotten', because: 'it is another backup by now, or is to stay by now' };
}

async function removeBackup(storage: Storage, backup: CataloguedBackup): Promise<ForgottenBackup> {
  const name = basename(backup.file);
  let keptAsVersion: boolean;
  try {
    keptAsVersion = await storage.remove(name);
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    return { backup, fate: 'not forgotten', because: error.message };
  }
  try {
    await removeBeside(storage, backup.table, (dataFile) => dataFile === name);
    return { backup, fate: 'forgotten', keptAsVersion };
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    return { backup, fate: 'forgotten', keptAsVersion, because: `what is beside it is still there: ${error.message}` };
  }
}

/** Removes manifests, and the checkpoints of restores, of data files that are gone. */
async function removeBeside(
  storage: Storage,
  table: string,
  isGone: (dataFile: string, names: readonly string[]) => boolean,
): Promise<void> {
  for (const name of await findBeside(storage, table, isGone)) await storage.remove(name);
}

async function findBeside(
  storage: Storage,
  table: string,
  isGone: (dataFile: string, names: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const names = (await storage.list(commonBeginning(dataFileName(table)))) ?? [];
  return names.filter((name) => {
    const dataFile = dataFileBeside(name);
    return dataFile !== undefined && tableOfFile(dataFile) === table && isGone(dataFile, names);
  });
}

/**
 * The manifests, and the checkpoints of restores, of backups of a table whose data file is not there: what {@link forgetBackups} removes
 * besides backups. A run that was killed left them, or somebody moved the data file.
 * @param location a directory's path, or `s3://BUCKET/PREFIX`
 * @returns paths or URLs
 * @throws FileError, StorageError, AccessDeniedError
 * @example
 * ```ts
 * import { findLeftovers } from '@cumulus/dynamodb/backup';
 *
 * for (const file of await findLeftovers('backups', 'prod-GranulesTable')) console.log(file);
 * ```
 */
export async function findLeftovers(location: string, table: string, s3?: S3Access): Promise<readonly string[]> {
  const storage = await openStorage(location, { s3 });
  return (await findBeside(storage, table, isMissing)).map((name) => storage.pathOf(name));
}

const isMissing = (dataFile: string, names: readonly string[]): boolean => !names.includes(dataFile);

/** Whether a run that was killed left something to remove. */
async function hasLeftovers(storage: Storage, { table, decisions }: ForgetBackupsOptions): Promise<boolean> {
  if ((await findBeside(storage, table, isMissing)).length > 0) return true;
  const isStale = staleNotes(decisions.map(({ backup }) => backup));
  return (await readProofs(storage, table).catch(passCumulusError))?.some(isStale) ?? false;
}

/** Which notes are of files that are gone; none count as such where a manifest could not be read. */
function staleNotes(backups: readonly CataloguedBackup[]): (note: BackupProofNote) => boolean {
  if (backups.some(({ manifest }) => manifest === 'unreadable')) return () => false;
  const known = new Set(backups.map(({ sha256 }) => sha256));
  return ({ sha256 }) => !known.has(sha256);
}

/** @returns why they could not be removed */
async function removeNotes(
  storage: Storage,
  { location, table, s3 }: ForgetBackupsOptions,
): Promise<string | undefined> {
  try {
    const isStale = staleNotes((await catalogueOf(location, table, s3))?.backups ?? []);
    await changeProofs(storage, table, (notes) =>
      notes.some(isStale) ? notes.filter((note) => !isStale(note)) : notes,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    return error.message;
  }
}

/** @returns undefined if there is none that can be removed without a lease */
async function freeSpace(storage: Storage, options: ForgetBackupsOptions): Promise<ForgottenBackup | undefined> {
  const names = (await storage.list(commonBeginning(dataFileName(options.table)))) ?? [];
  const isHeld = DATA_FILE_FORMS.some((form) =>
    names.some((name) => name.startsWith(`${dataFileName(options.table, form)}.lock`)),
  );
  if (isHeld) return undefined;
  const found = (await decideAgain(options)).find(({ backup, goes }) => goes && backup.kind !== 'newest');
  return found === undefined ? undefined : removeBackup(storage, found.backup);
}

function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof FileError)) return false;
  const { code } = Object(error.cause) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function interrupted(table: string, forgotten: readonly ForgottenBackup[]): InterruptedError {
  const count = forgotten.filter(({ fate }) => fate === 'forgotten').length;
  return new InterruptedError(`Forgetting backups of ${table} was interrupted: ${count} forgotten.`, [
    'To go on: the same again.',
  ]);
}

function passCumulusError(error: unknown): undefined {
  if (!(error instanceof CumulusError)) throw error;
}
