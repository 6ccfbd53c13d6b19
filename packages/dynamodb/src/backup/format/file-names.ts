import { basename } from 'node:path';

const DATA_SUFFIX = /\.json(?:\.gz)?$/;
const KEPT = /\.\d{8}T\d{6}\.\d{3}Z(?=\.json(?:\.gz)?$)/;
const MANIFEST_SUFFIX = '.manifest.json';

/** The name of the data file of a table's backup. */
export function dataFileName(table: string, gzip: boolean): string {
  return `${table}.json${gzip ? '.gz' : ''}`;
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

/** What the names of all files of a table's backups begin with, those of earlier backups too. */
export function commonBeginning(dataFile: string): string {
  return dataFile.replace(/json(?:\.gz)?$/, '');
}

/** The name that a data file gets once another has taken its place, made at this time: `T.20261122T214931.123Z.json`. */
export function keptFileName(dataFile: string, time: Date): string {
  const stamp = time.toISOString().replace(/[-:]/g, '');
  return dataFile.replace(DATA_SUFFIX, (suffix) => `.${stamp}${suffix}`);
}

/** Whether a file is a backup of this data file's table that was kept under its time. */
export function isKeptOf(dataFile: string, file: string): boolean {
  return KEPT.test(file) && file.replace(KEPT, '') === dataFile;
}

/** Whether a file, by its name, is the newest backup of a table. */
export function isNewest(file: string): boolean {
  return DATA_SUFFIX.test(file) && !KEPT.test(file) && !/\.(?:manifest|checkpoint)\.json$/.test(file);
}

/** What a backup and its restore put beside the data file: manifests, leases, checkpoints, what is not yet complete. */
const BESIDE =
  /\.json(?:\.gz)?\.(?:manifest\.json(?:\.next(?:-[^.]+)?)?|partial(?:\.checkpoint\.json)?|lock(?:\.\w+)?|restore-.+\.checkpoint\.json)$/;

/** Whether a file, by its name, is an earlier backup, or belongs to one that is named otherwise. */
export function belongsToBackup(file: string): boolean {
  return KEPT.test(file) || BESIDE.test(file) || /^\.cumulus-.*\.tmp$/.test(file);
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
  return basename(dataFile).replace(KEPT, '').replace(DATA_SUFFIX, '');
}
