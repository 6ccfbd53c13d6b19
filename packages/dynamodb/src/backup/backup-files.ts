import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileError } from '../storage/errors.ts';
import type { S3Access } from '../storage/folder.ts';
import { isS3Url } from '../storage/s3-url.ts';
import {
  explainFileError,
  linkOrCopy,
  readOwnText,
  requireRegularFile,
  syncDirectoryOf,
  writeDurably,
} from './durable-file.ts';
import { ManifestError } from './errors.ts';
import { type BackupManifest, formatManifest, readManifest } from './manifest.ts';
import { sha256Of } from './sha256-of.ts';

/** What almost all file systems take. */
const MAX_NAME_BYTES = 255;

const DATA_SUFFIX = /\.json(?:\.gz)?$/;
const KEPT = /\.\d{8}T\d{6}\.\d{3}Z(?=\.json(?:\.gz)?$)/;
export const MANIFEST_SUFFIX = '.manifest.json';

/** The name of the data file of a table's backup. */
export function dataFileName(table: string, gzip: boolean): string {
  return `${table}.json${gzip ? '.gz' : ''}`;
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

/**
 * The files of one backup, and how a finished one takes the place of the one before.
 *
 * | name | what |
 * |---|---|
 * | `T.json` or `T.json.gz` | the data file |
 * | `T.json.manifest.json` | its manifest |
 * | `T.json.partial` | a data file not yet complete |
 * | `T.json.partial.checkpoint.json` | how far the partial has come |
 * | `T.json.manifest.json.next` | the manifest of the partial, once that is complete |
 * | `T.<UTC time>.json` | an earlier backup, with a manifest of its own |
 *
 * The one rename of the partial to the data file is the moment at which the new backup takes the old one's place. So a
 * next manifest belongs to the data file if there is no partial any more, and the data file is the one it tells of;
 * {@link manifestOf} follows that rule, and a reader finds the right manifest whenever a writer is killed.
 */
export class BackupFiles {
  readonly data: string;
  readonly manifest: string;
  readonly nextManifest: string;
  readonly partial: string;
  readonly checkpoint: string;

  constructor(dataFile: string) {
    this.data = dataFile;
    this.manifest = dataFile + MANIFEST_SUFFIX;
    this.nextManifest = `${this.manifest}.next`;
    this.partial = `${dataFile}.partial`;
    this.checkpoint = `${this.partial}.checkpoint.json`;
  }

  /**
   * Finds out before the work that each name fits: the data file's, and those that are made of it.
   * @throws FileError with the longest name and the limit
   */
  async checkNames(): Promise<void> {
    const isKept = await exists(this.data);
    const names = [this.checkpoint, ...(isKept ? [this.keptName(new Date()) + MANIFEST_SUFFIX] : [])].map((path) =>
      basename(path),
    );
    const longest = Math.max(...names.map((name) => Buffer.byteLength(name)));
    if (longest <= MAX_NAME_BYTES) return;
    throw new FileError(
      `A backup as ${basename(this.data)} needs names of ${longest} bytes, file systems take ${MAX_NAME_BYTES}.`,
      [
        'Nothing was changed.',
        isKept
          ? 'Move the backup that is there away, or write to S3, which takes names of 1,024 bytes.'
          : 'Write to S3, which takes names of 1,024 bytes.',
      ],
    );
  }

  /** Ends a change of place that was cut off after its decisive rename. Only the holder of the writer's claim may. */
  async settle(): Promise<void> {
    const next = await nextManifestOf(this);
    if (next !== undefined) await rename(this.nextManifest, this.manifest);
  }

  /** Removes what an unfinished backup left. */
  async discardPartial(): Promise<void> {
    // The next manifest first: without the partial it would count as the data file's own.
    await rm(this.nextManifest, { force: true });
    await rm(this.checkpoint, { force: true });
    await rm(this.partial, { force: true });
  }

  /**
   * Puts the complete and flushed partial in the place of the data file, with its manifest.
   * @param keepAs the name under which the data file that was there stays
   */
  async commit(manifest: BackupManifest, keepAs: string | undefined): Promise<void> {
    await writeDurably(this.nextManifest, formatManifest(manifest));
    if (keepAs !== undefined) await this.#keep(keepAs);
    // What the rename stands for has to be there before it, also after a loss of power.
    await syncDirectoryOf(this.data);
    await rename(this.partial, this.data);
    await rename(this.nextManifest, this.manifest);
    await syncDirectoryOf(this.data);
    await rm(this.checkpoint, { force: true });
  }

  async #keep(keepAs: string): Promise<void> {
    // The manifest first: a kept data file is never seen without it.
    if (await exists(this.manifest)) await linkOrCopy(this.manifest, keepAs + MANIFEST_SUFFIX);
    await linkOrCopy(this.data, keepAs);
  }

  /** See {@link keptFileName}. */
  keptName(time: Date): string {
    return keptFileName(this.data, time);
  }

  /** The earlier backups that stayed, the newest first. */
  async kept(): Promise<readonly string[]> {
    const directory = dirname(this.data);
    const names = (await readdir(directory)).filter((name) => isKeptOf(basename(this.data), name));
    return names
      .sort()
      .reverse()
      .map((name) => join(directory, name));
  }
}

/**
 * The manifest that belongs to a data file, whatever moment its writer was killed at; undefined where there is none, as
 * beside the files of earlier releases.
 */
export async function manifestOf(dataFile: string): Promise<BackupManifest | undefined> {
  const files = new BackupFiles(dataFile);
  return (await nextManifestOf(files)) ?? readManifest(files.manifest);
}

/**
 * The next manifest, if it is the data file's: there is no partial any more, and the data file is the one it tells of. The
 * partial may also have gone without taking the data file's place; where the size does not decide between the two
 * manifests, the SHA-256 does.
 */
async function nextManifestOf(files: BackupFiles): Promise<BackupManifest | undefined> {
  if (await exists(files.partial)) return undefined;
  const data = await stat(files.data).catch(() => undefined);
  // One that cannot be read is no rival; if it is the data file's, the next one is not, which the hash shows.
  const present = await readManifest(files.manifest).catch(() => undefined);
  let next: BackupManifest | undefined;
  try {
    next = await readManifest(files.nextManifest, readOwnText);
  } catch (error) {
    // What is no manifest says nothing against the one that the data file has.
    const isIrrelevant = data === undefined || (await sha256Of(files.data)) === present?.file.sha256;
    if (error instanceof ManifestError && isIrrelevant) return undefined;
    throw error;
  }
  if (data === undefined || data.size !== next?.file.bytes) return undefined;
  const decides = present !== undefined && present.file.bytes !== data.size;
  return decides || (await sha256Of(files.data)) === next.file.sha256 ? next : undefined;
}

/** Removes a kept backup with its manifest. */
export async function removeKept(dataFile: string): Promise<void> {
  await rm(dataFile, { force: true });
  await rm(dataFile + MANIFEST_SUFFIX, { force: true });
}

/**
 * The data files in a directory that are the newest backup of their table.
 * @param directory a path, or `s3://BUCKET/PREFIX`
 * @param s3 how to ask S3, if it is there; with the usual settings unless given
 */
export async function listBackups(directory: string, s3?: S3Access): Promise<readonly string[]> {
  if (isS3Url(directory)) return (await import('../storage/s3/list-files.ts')).listS3Files(directory, isNewest, s3);
  const names = await readdir(directory).catch((error: unknown) => {
    throw explainFileError(error, directory);
  });
  const files = names
    .filter(isNewest)
    .sort()
    .map((name) => join(directory, name));
  await Promise.all(files.map(requireRegularFile));
  return files;
}

/** The table that a data file is named after. */
export function tableOfFile(dataFile: string): string {
  return basename(dataFile).replace(KEPT, '').replace(DATA_SUFFIX, '');
}

/** When a data file was made, to name it by once it is kept. */
export async function timeOf(dataFile: string, manifest: BackupManifest | undefined): Promise<Date> {
  return manifest === undefined ? (await stat(dataFile)).mtime : new Date(manifest.scan.endedAt);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
