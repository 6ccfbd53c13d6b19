import { createHash } from 'node:crypto';
import { folderAbove, openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { CorruptBackupError, ManifestError } from '../errors.ts';

const SUMMARY = 'manifest-summary.json';

/** The manifest that names the data files. */
export const FILES_MANIFEST = 'manifest-files.json';

/** The maximum size of an export's manifest, in bytes. The one of its files has 300 bytes for each file. */
const SIZE = { maxBytes: 256_000_000 };

/** AWS writes the first; its documentation has both. */
const CHECKSUM_ENDINGS = ['.md5', '.checksum'];

/** What DynamoDB writes into an export's folder besides data, the manifest that names that first. */
export const MANIFEST_NAMES: readonly string[] = [
  ...[FILES_MANIFEST, SUMMARY].flatMap((name) => [
    name,
    ...CHECKSUM_ENDINGS.map((ending) => name.replace('.json', ending)),
  ]),
  '_started',
];

/** A data file of an export. */
export interface ExportedFile {
  /** Its path or URL. */
  readonly name: string;
  /** Its name in the export's folder: `data/….json.gz`; in the folder beside it, if incremental exports share that. */
  readonly path: string;
  /** Whether it is in the folder `data` beside the export's. */
  readonly isShared: boolean;
  /** Items in it, one a line. */
  readonly itemCount: number;
  /** The MD5 of its bytes as they are stored, in base64. */
  readonly md5: string;
  /** What S3 called its content when DynamoDB wrote it; a copy may have another one. Undefined where the manifest lacks it. */
  readonly etag?: string | undefined;
}

/** The formats in which DynamoDB exports a table. */
const FORMATS = ['DYNAMODB_JSON', 'ION'] as const;
type ExportFormat = (typeof FORMATS)[number];

/** An export as its manifests describe it. Their checksums match. */
export interface ExportDescription {
  /** The export's folder, a path or URL, without a slash at its end. */
  readonly folder: string;
  readonly exportArn: string;
  /** The table that was exported. */
  readonly tableArn: string;
  readonly tableId: string;
  /** The instant whose state of the table was exported; of changes, the one before which they are. */
  readonly exportTime: Date;
  /** Of an incremental export, the instant from which on it has the changes; it holds nothing else. */
  readonly changesSince?: Date | undefined;
  /** Of an incremental export, what it has of each item: `NEW_AND_OLD_IMAGES` or `NEW_IMAGE`. */
  readonly viewType?: string | undefined;
  /** The bucket that DynamoDB wrote to, and its prefix there, without slashes at its ends; empty for none. */
  readonly bucket: string;
  readonly prefix: string;
  /** How items are written in the files. */
  readonly format: ExportFormat;
  /** All items; the sum of those of the files. */
  readonly itemCount: number;
  readonly files: readonly ExportedFile[];
  /** The SHA-256 of its manifests, in hexadecimal. */
  readonly manifestHashes: { readonly summary: string; readonly files: string };
}

/**
 * The folder of an export, if a place is named as one: `…/AWSDynamoDB/<export id>`, with or without a slash or
 * `manifest-summary.json` after it.
 */
export function exportFolderOf(location: string): string | undefined {
  const [, folder] = /^(.+?)\/+manifest-summary\.json$/.exec(location) ?? [];
  if (folder !== undefined) return folder;
  if (location === SUMMARY) return '.';
  return /(?:^|\/)AWSDynamoDB\/[^/]+\/*$/.test(location) ? location.replace(/\/+$/, '') : undefined;
}

/**
 * Reads what an export that DynamoDB wrote (ExportTableToPointInTime) says of itself, from S3 or from a copy on disk,
 * and proves it by its checksums and totals. The data files themselves are not looked at.
 *
 * @param location the folder `…/AWSDynamoDB/<export id>`, or the `manifest-summary.json` in it
 * @throws CorruptBackupError if a manifest is missing or not what its checksum says, or the totals do not agree
 * @throws ManifestError if it is of a type or in a format that this release does not know
 * @throws FileError; StorageError, AccessDeniedError, ConnectionError for S3
 * @example
 * ```ts
 * import { readExport } from '@cumulus/dynamodb/backup';
 *
 * const { exportTime, itemCount } = await readExport('s3://my-exports/AWSDynamoDB/01693685827463-2d8752fd');
 * ```
 */
export async function readExport(location: string, options: StorageOptions = {}): Promise<ExportDescription> {
  return readExportFolder(await openStorage(exportFolderOf(location) ?? location, options));
}

/** {@link readExport} of a folder that is open already. */
export async function readExportFolder(folder: Storage): Promise<ExportDescription> {
  const { sha256: summaryHash, ...summary } = await readSummary(folder);
  const { files, sha256: filesHash } = await readFiles(folder);
  const counted = files.reduce((sum, { itemCount }) => sum + itemCount, 0);
  if (counted !== summary.itemCount) {
    throw new CorruptBackupError(
      `${folder.pathOf(FILES_MANIFEST)} lists files of ${counted} items, ${SUMMARY} says ${summary.itemCount}.`,
      EXPORT_ADVICE,
    );
  }
  const manifestHashes = { summary: summaryHash, files: filesHash };
  return { ...summary, folder: folder.location, files, manifestHashes };
}

interface Summary extends Omit<ExportDescription, 'folder' | 'files' | 'manifestHashes'> {
  /** Of the manifest. */
  readonly sha256: string;
}

async function readSummary(folder: Storage): Promise<Summary> {
  const name = folder.pathOf(SUMMARY);
  const content = await folder.read(SUMMARY, SIZE);
  if (content === undefined) {
    throw new CorruptBackupError(`${name} is missing: ${folder.location} is no folder of a complete export.`, [
      'Name the folder …/AWSDynamoDB/<export id>; while DynamoDB is exporting, wait until it has done.',
    ]);
  }
  await checkSum(folder, SUMMARY, content);
  const fields = parseObject(content.toString('utf8'), name);
  const { exportType = 'FULL_EXPORT', outputFormat } = fields;
  if (exportType !== 'FULL_EXPORT' && exportType !== 'INCREMENTAL_EXPORT') {
    throw new ManifestError(`${folder.location} is of the type ${exportType}, which this release does not know.`, [
      'Export the table with the type FULL_EXPORT.',
    ]);
  }
  const isIncremental = exportType === 'INCREMENTAL_EXPORT';
  const format = FORMATS.find((known) => known === outputFormat);
  if (format === undefined) {
    throw new ManifestError(`${folder.location} is in the format ${outputFormat}, not ${FORMATS.join(' or ')}.`, [
      'Export the table with the format DYNAMODB_JSON.',
    ]);
  }
  return {
    exportArn: textOf(fields, 'exportArn', name),
    tableArn: textOf(fields, 'tableArn', name),
    tableId: textOf(fields, 'tableId', name),
    exportTime: timeOf(fields, isIncremental ? 'exportToTime' : 'exportTime', name),
    changesSince: isIncremental ? timeOf(fields, 'exportFromTime', name) : undefined,
    bucket: textOf(fields, 's3Bucket', name),
    prefix: typeof fields['s3Prefix'] === 'string' ? fields['s3Prefix'].replace(/^\/+|\/+$/g, '') : '',
    viewType: isIncremental && typeof fields['outputView'] === 'string' ? fields['outputView'] : undefined,
    format,
    itemCount: countOf(fields, name),
    sha256: sha256Of(content),
  };
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function readFiles(
  folder: Storage,
): Promise<{ readonly files: readonly ExportedFile[]; readonly sha256: string }> {
  const name = folder.pathOf(FILES_MANIFEST);
  const content = await folder.read(FILES_MANIFEST, SIZE);
  if (content === undefined) throw new CorruptBackupError(`${name} is missing.`, EXPORT_ADVICE);
  await checkSum(folder, FILES_MANIFEST, content);
  const files = content
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseFile(line, `${name}, line ${index + 1}`, folder)]));
  return { files, sha256: sha256Of(content) };
}

function parseFile(line: string, where: string, folder: Storage): ExportedFile {
  const fields = parseObject(line, where);
  // The key is the one in the export's bucket. A copy elsewhere has the same end.
  const key = textOf(fields, 'dataFileS3Key', where);
  const path = /(?:^|\/)(data\/[^/]+)$/.exec(key)?.[1];
  if (path === undefined) throw lacks(where, 'dataFileS3Key, a key that ends in data/<file>');
  const isShared = key.endsWith(`AWSDynamoDB/${path}`);
  const name = isShared ? `${sharedFolderOf(folder)}/${path}` : folder.pathOf(path);
  const md5 = textOf(fields, 'md5Checksum', where);
  const etag = typeof fields['etag'] === 'string' && fields['etag'] !== '' ? fields['etag'] : undefined;
  return { name, path, isShared, itemCount: countOf(fields, where), md5, etag };
}

/** The folder that the folders of exports are in, where incremental exports have a folder `data` in common. */
export function sharedFolderOf({ location }: Storage): string {
  return folderAbove(location);
}

/** Compares a manifest with the file that has its MD5, in base64 or hexadecimal. */
async function checkSum(folder: Storage, file: string, content: Buffer): Promise<void> {
  for (const ending of CHECKSUM_ENDINGS) {
    const sumFile = file.replace('.json', ending);
    const expected = (await folder.read(sumFile))?.toString('utf8').trim().split(/\s/, 1)[0];
    if (expected === undefined) continue;
    const digest = createHash('md5').update(content).digest();
    if (expected === digest.toString('base64') || expected.toLowerCase() === digest.toString('hex')) return;
    throw new CorruptBackupError(
      `${folder.pathOf(file)} was altered: its MD5 is ${digest.toString('base64')}, ${sumFile} says ${expected}.`,
      EXPORT_ADVICE,
    );
  }
  throw new CorruptBackupError(`${folder.pathOf(file.replace('.json', '.md5'))} is missing.`, EXPORT_ADVICE);
}

/** What to do about an export that is not whole. */
export const EXPORT_ADVICE = ['Take another copy of the export, or export the table again.'];

type Fields = { readonly [name: string]: unknown };

function parseObject(text: string, where: string): Fields {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Fields;
  } catch (error) {
    throw new ManifestError(`${where} is not JSON: ${(error as Error).message}.`, EXPORT_ADVICE, error);
  }
  throw new ManifestError(`${where} is no JSON object.`, EXPORT_ADVICE);
}

function textOf(fields: Fields, field: string, where: string): string {
  const { [field]: value } = fields;
  if (typeof value === 'string' && value !== '') return value;
  throw lacks(where, `${field}, a text`);
}

function timeOf(fields: Fields, field: string, where: string): Date {
  const time = new Date(textOf(fields, field, where));
  if (Number.isNaN(time.getTime())) throw lacks(where, `${field}, a time`);
  return time;
}

function countOf({ itemCount }: Fields, where: string): number {
  if (typeof itemCount === 'number' && Number.isSafeInteger(itemCount) && itemCount >= 0) return itemCount;
  throw lacks(where, 'itemCount, a whole number');
}

function lacks(where: string, what: string): ManifestError {
  return new ManifestError(`${where} lacks ${what}.`, EXPORT_ADVICE);
}
