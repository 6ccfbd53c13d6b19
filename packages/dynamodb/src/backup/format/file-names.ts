import { basename } from 'node:path';

const DATA_SUFFIX = /\.json(?:\.gz)?(?:\.age)?$/;
const KEPT = /\.\d{8}T\d{6}\.\d{3}Z(?=\.json(?:\.gz)?(?:\.age)?$)/;
const DATED = /\.\d{8}T\d{6}Z(?=\.json(?:\.gz)?(?:\.age)?$)/;
const MANIFEST_SUFFIX = '.manifest.json';
const PROOFS_SUFFIX = '.proofs.json';
const RESTORE_CHECKPOINT = /^(.+\.json(?:\.gz)?(?:\.age)?)\.restore-.+\.checkpoint\.json$/;
/** Changes, notes, exports and leases of an archive, which has its bases among the backups. */
const ARCHIVE =
  /\.(?:[0-9A-Za-z]+\.(?:[\w-]+\.(?:\d{9}\.changes\.gz|merged\.gz(?:\.partial)?|reach\.json|follow)|(?:shards|pruned|exports\.\d{9})\.json)|prune)(?:\.lock(?:\.\w+)?)?$/;
/** What an archive has of the objects in S3 that items point to. */
const PAYLOAD_NOTE = /\.\d{9}\.payloads\.gz$/;
const REHEARSAL = /\.\d{8}T\d{6}Z\.rehearsal\.json$/;

/** How a data file is stored, which its name says. */
export interface DataFileForm {
  readonly gzip?: boolean | undefined;
  readonly encrypted?: boolean | undefined;
}

/** All of them. */
export const DATA_FILE_FORMS: readonly DataFileForm[] = [false, true].flatMap((encrypted) =>
  [false, true].map((gzip) => ({ gzip, encrypted })),
);

/** The name of the data file of a table's backup. */
export function dataFileName(table: string, { gzip = false, encrypted = false }: DataFileForm = {}): string {
  return `${table}.json${gzip ? '.gz' : ''}${encrypted ? '.age' : ''}`;
}

/** The name of the data file of a dated backup, by the second in which it began: `T.20261129T203200Z.json`. */
export function datedFileName(table: string, startedAt: Date, form?: DataFileForm): string {
  const stamp = stampOf(startedAt).replace(/\.\d{3}Z$/, 'Z');
  return dataFileName(`${table}.${stamp}`, form);
}

/** The name of the file of what has proved the backups of a table. */
export function proofsName(table: string): string {
  return `${table}${PROOFS_SUFFIX}`;
}

/** The name of a data file's manifest. */
export function manifestName(dataFile: string): string {
  return dataFile + MANIFEST_SUFFIX;
}

/**
 * The name of a manifest that waits for its data file to get its name.
 * @param id the backup's identity, where the data file has it too
 */
export function nextManifestName(dataFile: string, id: string | undefined): string {
  return `${manifestName(dataFile)}.next${id === undefined ? '' : `-${id}`}`;
}

/** The data file whose manifest has this name; undefined if it is not a manifest's name. */
export function dataFileOfManifest(name: string): string | undefined {
  return name.endsWith(MANIFEST_SUFFIX) ? name.slice(0, -MANIFEST_SUFFIX.length) : undefined;
}

/** The data file whose manifest waits under this name; undefined if it is not the name of such a manifest. */
export function dataFileOfNextManifest(name: string): string | undefined {
  const [, dataFile] = /^(.+\.json(?:\.gz)?(?:\.age)?)\.manifest\.json\.next(?:-[^.]+)?$/.exec(name) ?? [];
  return dataFile;
}

/** The data file that a manifest, or the checkpoint of a restore, stays beside; undefined for any other file. */
export function dataFileBeside(name: string): string | undefined {
  return RESTORE_CHECKPOINT.exec(name)?.[1] ?? dataFileOfManifest(name);
}

/** What the names of all files of a table's backups begin with, those of earlier backups too. */
export function commonBeginning(dataFile: string): string {
  return dataFile.replace(/json(?:\.gz)?(?:\.age)?$/, '');
}

/** The name that a data file gets once another has taken its place, made at this time: `T.20261122T214931.123Z.json`. */
export function keptFileName(dataFile: string, time: Date): string {
  return dataFile.replace(DATA_SUFFIX, (suffix) => `.${stampOf(time)}${suffix}`);
}

function stampOf(time: Date): string {
  return time.toISOString().replace(/[-:]/g, '');
}

/** Whether a file is a backup of this data file's table that was kept under its time. */
export function isKeptOf(dataFile: string, file: string): boolean {
  return KEPT.test(file) && file.replace(KEPT, '') === dataFile;
}

/** Whether a file is a dated backup of this data file's table, packed like it. */
export function isDatedOf(dataFile: string, file: string): boolean {
  return DATED.test(file) && file.replace(DATED, '') === dataFile;
}

/**
 * Whether a file, by its name, is a data file.
 * @param file its name, path or URL
 * @example
 * ```ts
 * import { isDataFile } from '@cumulus/dynamodb/backup';
 *
 * isDataFile('backups/prod-GranulesTable.20261129T203200Z.json.gz'); // true
 * isDataFile('backups/prod-GranulesTable.proofs.json'); // false
 * ```
 */
export function isDataFile(file: string): boolean {
  const isOther = /\.(?:manifest|checkpoint|proofs)\.json$/.test(file) || REHEARSAL.test(file) || ARCHIVE.test(file);
  return DATA_SUFFIX.test(file) && !isOther;
}

/** How a backup is named: `newest` has the table's name alone, the other kinds have a time in theirs. */
export type BackupKind = 'newest' | 'kept' | 'dated';

/**
 * What kind of backup a data file is, by its name.
 *
 * @example
 * ```ts
 * import { kindOf } from '@cumulus/dynamodb/backup';
 *
 * kindOf('prod-GranulesTable.20261129T203200Z.json'); // 'dated'
 * ```
 */
export function kindOf(dataFile: string): BackupKind {
  return KEPT.test(dataFile) ? 'kept' : DATED.test(dataFile) ? 'dated' : 'newest';
}

/** Orders the names of dated backups by their times, the newest first. */
export function newestFirst(one: string, other: string): number {
  const [time = ''] = DATED.exec(one) ?? [];
  const [otherTime = ''] = DATED.exec(other) ?? [];
  return time === otherTime ? 0 : time < otherTime ? 1 : -1;
}

/** What a backup and its restore put beside the data file: manifests, leases, checkpoints, what is not yet complete. */
const BESIDE =
  /\.json(?:\.gz)?(?:\.age)?\.(?:manifest\.json(?:\.next(?:-[^.]+)?)?|partial(?:\.checkpoint\.json)?|lock(?:\.\w+)?|restore-.+\.checkpoint\.json)$/;

/** Whether a file, by its name, is an earlier backup, or belongs to one that is named otherwise, or says what became of it. */
export function belongsToBackup(file: string): boolean {
  const isReport = file.endsWith(PROOFS_SUFFIX) || REHEARSAL.test(file);
  const isOfArchive = ARCHIVE.test(file) || PAYLOAD_NOTE.test(file);
  return KEPT.test(file) || BESIDE.test(file) || isReport || isOfArchive || /^\.cumulus-.*\.tmp$/.test(file);
}

/**
 * The table that a data file is named after.
 * @param dataFile its name, path or URL
 * @example
 * ```ts
 * import { tableOfFile } from '@cumulus/dynamodb/backup';
 *
 * tableOfFile('backups/prod-GranulesTable.json.gz'); // 'prod-GranulesTable'
 * ```
 */
export function tableOfFile(dataFile: string): string {
  return basename(dataFile).replace(KEPT, '').replace(DATED, '').replace(DATA_SUFFIX, '');
}
