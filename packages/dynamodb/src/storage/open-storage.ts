import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../aws/client.ts';
import { DiskStorage } from './disk/storage.ts';
import { isS3Url, parseS3Url, type S3Location, sibling } from './s3/url.ts';
import type { Storage } from './storage.ts';

/** Creates, or gives, the client of S3; called only where a location in S3 is named. */
export type S3Access = () => Promise<S3Client>;

export interface StorageOptions {
  /** How to ask S3, if that is where it is; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Ends reading that is under way. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** A file of a storage, by its name there. */
export interface NamedFile {
  readonly storage: Storage;
  readonly name: string;
}

/**
 * The storage at a location. No request is sent yet.
 * @param location a directory's path, or `s3://BUCKET/PREFIX`
 * @throws StorageError for a URL without a bucket
 */
export async function openStorage(location: string, options: StorageOptions = {}): Promise<Storage> {
  if (!isS3Url(location)) return new DiskStorage(location.replace(/\/+$/, '') || '/');
  const url = parseS3Url(location);
  // A prefix is treated as a folder, as people expect.
  const key = url.key.replace(/\/+$/, '');
  return openS3(sibling(url, key === '' ? '' : `${key}/`), options);
}

/** The storage that a file is in, and its name there. @param location its path, or `s3://BUCKET/KEY` */
export async function openStorageOf(location: string, options: StorageOptions = {}): Promise<NamedFile> {
  if (!isS3Url(location)) return { storage: new DiskStorage(dirname(location)), name: basename(location) };
  const url = parseS3Url(location);
  const end = url.key.lastIndexOf('/') + 1;
  return { storage: await openS3(sibling(url, url.key.slice(0, end)), options), name: url.key.slice(end) };
}

/**
 * The text of a file that is to fit into memory.
 * @param location its path, or `s3://BUCKET/KEY`
 * @returns undefined if there is no such file
 * @throws FileError, StorageError
 *
 * @example
 * ```ts
 * import { readTextAt } from '@cumulus/dynamodb/storage';
 *
 * const users = await readTextAt('s3://prod-internal/prod/api/authorized_oauth_users.json');
 * ```
 */
export async function readTextAt(location: string, options: StorageOptions = {}): Promise<string | undefined> {
  const { storage, name } = await openStorageOf(location, options);
  return (await storage.read(name))?.toString('utf8');
}

/** Whether a location is that of a directory. In S3, where there are none, it is one if it ends in a slash. */
export async function isDirectory(location: string): Promise<boolean> {
  if (isS3Url(location)) return location.endsWith('/');
  return stat(location).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** The location of the folder that a folder is in. */
export function folderAbove(location: string): string {
  return isS3Url(location) ? location.slice(0, location.lastIndexOf('/')) : join(location, '..');
}

/** The module of S3 is loaded only here: the SDK's client takes as long to load as a small backup. */
async function openS3(prefix: S3Location, { s3 = createS3Client, abortSignal }: StorageOptions): Promise<Storage> {
  const { S3Storage } = await import('./s3/storage.ts');
  return new S3Storage(await s3(), prefix, abortSignal);
}
