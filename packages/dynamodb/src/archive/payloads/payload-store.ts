import { createHash } from 'node:crypto';
import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import { sha256Of } from '../../storage/sha256.ts';
import type { Storage, StoredFile } from '../../storage/storage.ts';
import { writeWhole } from '../../storage/write-whole.ts';
import { ArchiveDamagedError } from '../errors.ts';

const CONTENT_TYPE = 'application/octet-stream';

/** `<SHA-256>`; and once nothing refers to it, with the time since when that is so, until it is removed. */
const NAME = /^([0-9a-f]{64})(?:\.unused-(\d{8}T\d{6}Z))?$/;

/** A copy that nothing referred to. */
export interface UnusedPayload {
  readonly name: string;
  readonly sha256: string;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** What there is. */
export interface StoredPayloads {
  readonly used: ReadonlySet<string>;
  readonly unused: readonly UnusedPayload[];
}

/**
 * The copies of objects in S3 that an archive has, in its folder `payloads`. Each is named by the SHA-256 of its content, so it is there once,
 * however many point to it. All of their bytes are written and read here.
 */
export class PayloadStore {
  readonly #storage: Storage;
  readonly #options: StorageOptions;

  private constructor(storage: Storage, options: StorageOptions) {
    this.#storage = storage;
    this.#options = options;
  }

  /** @param archive where the archive is: a directory, or `s3://BUCKET/PREFIX` */
  static async open(archive: string, options: StorageOptions = {}): Promise<PayloadStore> {
    return new PayloadStore(await openStorage(`${archive}/payloads`, options), options);
  }

  pathOf(sha256: string): string {
    return this.#storage.pathOf(sha256);
  }

  async prepare(): Promise<void> {
    await this.#storage.prepare();
  }

  /** Keeps a small content, unless it is there. @returns its SHA-256 */
  async put(content: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.#storage.writeNew(sha256, content);
    return sha256;
  }

  /**
   * Keeps a content of any size, unless it is there. It is read twice: its name has to be known before its bytes are written.
   * @param open gives its bytes from the start, the same each time
   * @returns its SHA-256
   */
  async putLarge(bytes: number, open: () => AsyncIterable<Buffer>): Promise<string> {
    const sha256 = await sha256Of(open());
    if ((await this.#storage.find(sha256)) !== undefined) return sha256;
    const proved = async function* (path: string): AsyncGenerator<Buffer, void> {
      const hash = createHash('sha256');
      for await (const chunk of open()) {
        hash.update(chunk);
        yield chunk;
      }
      if (hash.digest('hex') !== sha256) throw new ArchiveDamagedError(path, 'its content changed while it was copied');
    };
    const path = this.pathOf(sha256);
    await writeWhole(path, proved(path), { ...this.#options, contentType: CONTENT_TYPE, expectedBytes: bytes });
    return sha256;
  }

  /** @throws ArchiveDamagedError if there is no such copy */
  async open(sha256: string): Promise<StoredFile> {
    for (const name of [sha256, ...(await this.#unusedNames(sha256))]) {
      if ((await this.#storage.find(name)) !== undefined) return this.#storage.open(name);
    }
    throw new ArchiveDamagedError(this.pathOf(sha256), 'it is missing');
  }

  /** The content of a small copy. @throws ArchiveDamagedError if it is missing, or is not what its name says */
  async read(sha256: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks(sha256)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /**
   * The content of a copy, which is proved at its end. A chunk is valid until the next is asked for.
   * @throws ArchiveDamagedError if it is missing, or at its end if it is not what its name says
   */
  async *chunks(sha256: string): AsyncGenerator<Buffer, void> {
    const file = await this.open(sha256);
    const hash = createHash('sha256');
    try {
      for await (const chunk of file.chunks(false)) {
        hash.update(chunk);
        yield chunk;
      }
    } finally {
      await file.close();
    }
    if (hash.digest('hex') === sha256) return;
    throw new ArchiveDamagedError(this.pathOf(sha256), 'its content is not what its name says');
  }

  /** Reads a copy to its end. @returns whether its content is what its name says, and its size in bytes */
  async prove(sha256: string): Promise<{ readonly isWhole: boolean; readonly bytes: number }> {
    const file = await this.open(sha256);
    try {
      return { isWhole: (await sha256Of(file.chunks(false))) === sha256, bytes: file.status.size };
    } finally {
      await file.close();
    }
  }

  async list(): Promise<StoredPayloads> {
    const used = new Set<string>();
    const unused: UnusedPayload[] = [];
    for (const name of (await this.#storage.list('')) ?? []) {
      const [, sha256, since] = NAME.exec(name) ?? [];
      if (sha256 === undefined) continue;
      if (since === undefined) used.add(sha256);
      else unused.push({ name, sha256, since: timeOf(since) });
    }
    return { used, unused };
  }

  /** Takes a copy out of use. It can be read as before, but is written again if the content comes again. */
  async retire(sha256: string, now: Date): Promise<void> {
    const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
    await this.#storage.copy(sha256, `${sha256}.unused-${stamp}`);
    await this.#storage.remove(sha256);
  }

  /** Takes a copy into use again. */
  async bringBack({ name, sha256 }: UnusedPayload): Promise<void> {
    await this.#storage.copy(name, sha256);
    await this.#storage.remove(name);
  }

  async remove({ name }: UnusedPayload): Promise<void> {
    await this.#storage.remove(name);
  }

  async #unusedNames(sha256: string): Promise<readonly string[]> {
    if ((await this.#storage.find(sha256)) !== undefined) return [];
    return (await this.#storage.list(`${sha256}.unused-`)) ?? [];
  }
}

/** `20261129T203200Z` */
function timeOf(stamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
