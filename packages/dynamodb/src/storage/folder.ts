import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type CheckpointFile, DiskCheckpoint } from '../backup/checkpoint-file.ts';
import { explainFileError, readSmallFile } from '../backup/durable-file.ts';
import { isS3Url } from './s3-url.ts';
import { DiskFile, type StoredFile } from './stored-file.ts';

/** The most that a manifest of an export may have: that of its files has 300 bytes for each. */
const MAX_MANIFEST_BYTES = 256_000_000;

/** Makes, or gives, the client of S3; asked for only where a place in S3 is named. */
export type S3Access = () => Promise<S3Client>;

/** How to read what may be in S3. */
export interface ReadingOptions {
  /** How to ask S3, if that is where it is; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Ends requests to S3 that are under way. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** Files that belong together, read by their names in the folder, with slashes. */
export interface Folder {
  /** The path or URL, without a slash at its end. */
  readonly name: string;
  /** The path or URL of a file in it. */
  nameOf(file: string): string;
  /** The whole of a small file; undefined if there is none. */
  read(file: string): Promise<Buffer | undefined>;
  /** @throws FileError or StorageError if there is no such file */
  open(file: string): Promise<StoredFile>;
  /** The checkpoint of this name. */
  checkpoint<State extends object>(file: string): CheckpointFile<State>;
}

export async function openFolder(location: string, options: ReadingOptions): Promise<Folder> {
  const name = location.replace(/\/+$/, '');
  return isS3Url(location) ? (await import('./s3/s3-folder.ts')).openS3Folder(name, options) : new DiskFolder(name);
}

class DiskFolder implements Folder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  nameOf(file: string): string {
    return join(this.name, file);
  }

  async read(file: string): Promise<Buffer | undefined> {
    const path = this.nameOf(file);
    try {
      return await readSmallFile(path, MAX_MANIFEST_BYTES);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw explainFileError(error, path);
    }
  }

  open(file: string): Promise<StoredFile> {
    return DiskFile.open(this.nameOf(file));
  }

  checkpoint<State extends object>(file: string): CheckpointFile<State> {
    return new DiskCheckpoint(this.nameOf(file));
  }
}
