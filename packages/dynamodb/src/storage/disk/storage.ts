import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lease } from '../lease.ts';
import {
  type FileStatus,
  type NewFile,
  PARTIAL_SUFFIX,
  type ReadOptions,
  type Storage,
  type StoredFile,
} from '../storage.ts';
import { linkOrCopy } from './copy.ts';
import { explainFileError, irregular, isNoSuchFile } from './errors.ts';
import { DiskLease } from './lease.ts';
import { makeDirectory } from './make-directory.ts';
import { NewDiskFile } from './new-file.ts';
import { readFile, readOwnFile } from './read-file.ts';
import { replaceFile, syncDirectoryOf } from './replace-file.ts';
import { DiskFile, statusOf } from './stored-file.ts';
import { writeNewFile } from './write-new-file.ts';

/** Files in a directory. All that is written here is private to its owner. */
export class DiskStorage implements Storage {
  readonly location: string;
  /** The limit of almost all file systems. */
  readonly maxNameBytes = 255;
  readonly canResume = true;
  readonly keepsMetadata = false;

  constructor(directory: string) {
    this.location = directory;
  }

  pathOf(name: string): string {
    return join(this.location, name);
  }

  async prepare(): Promise<void> {
    await makeDirectory(this.location);
  }

  /** A pipe in a folder of backups would keep its reader waiting, and be kept in the place of a backup: none is opened. */
  async requireFiles(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const found = await stat(this.pathOf(name)).catch(() => undefined);
      if (found !== undefined && !found.isFile()) throw irregular(this.pathOf(name));
    }
  }

  async find(name: string): Promise<FileStatus | undefined> {
    return this.#ifThere(name, async (path) => statusOf(await stat(path)));
  }

  async read(name: string, { maxBytes, refuseLinks = false }: ReadOptions = {}): Promise<Buffer | undefined> {
    return this.#ifThere(name, (path) => (refuseLinks ? readOwnFile : readFile)(path, maxBytes));
  }

  async open(name: string, calledAs?: string): Promise<StoredFile> {
    return DiskFile.open(this.pathOf(name), calledAs);
  }

  async list(prefix: string): Promise<readonly string[] | undefined> {
    try {
      return (await readdir(this.location)).filter((name) => name.startsWith(prefix)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw explainFileError(error, this.location);
    }
  }

  async write(name: string, content: string): Promise<void> {
    await replaceFile(this.pathOf(name), (file) => file.writeFile(content));
  }

  async writeNew(name: string, content: Uint8Array): Promise<boolean> {
    return writeNewFile(this.pathOf(name), content);
  }

  async remove(name: string): Promise<false> {
    await this.#change(name, (path) => rm(path, { force: true }));
    return false;
  }

  async move(from: string, to: string): Promise<void> {
    await this.#change(to, async (path) => {
      await rename(this.pathOf(from), path);
      await syncDirectoryOf(path);
    });
  }

  async copy(from: string, to: string): Promise<void> {
    await this.#change(to, (path) => linkOrCopy(this.pathOf(from), path));
  }

  async create(name: string): Promise<NewFile> {
    return NewDiskFile.create(this.pathOf(name));
  }

  async resume(name: string, { bytes, sha256 }: Pick<NewFile, 'bytes' | 'sha256'>): Promise<NewFile> {
    return NewDiskFile.resume(this.pathOf(name), bytes, sha256);
  }

  /** A file system keeps none. */
  async earlierVersions(): Promise<readonly []> {
    return [];
  }

  async removeUnfinished(prefix: string, isWanted: (name: string) => boolean): Promise<void> {
    for (const name of (await this.list(prefix)) ?? []) {
      if (name.endsWith(PARTIAL_SUFFIX) && isWanted(name.slice(0, -PARTIAL_SUFFIX.length))) await this.remove(name);
    }
  }

  async lease(name: string): Promise<Lease> {
    return DiskLease.take(this.pathOf(name));
  }

  async #ifThere<T>(name: string, ask: (path: string) => Promise<T>): Promise<T | undefined> {
    try {
      return await ask(this.pathOf(name));
    } catch (error) {
      if (isNoSuchFile(error)) return undefined;
      throw explainFileError(error, this.pathOf(name));
    }
  }

  async #change(name: string, change: (path: string) => Promise<void>): Promise<void> {
    try {
      await change(this.pathOf(name));
    } catch (error) {
      throw explainFileError(error, this.pathOf(name));
    }
  }
}
