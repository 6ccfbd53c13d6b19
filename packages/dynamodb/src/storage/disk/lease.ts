import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Backoff } from '../../aws/retry-policy.ts';
import { type Lease, type LeaseHolder, leaseHeld, leaseLost, ownHolder, parseHolder } from '../lease.ts';
import { isAlive } from '../process-host.ts';
import { explainFileError } from './errors.ts';
import { readOwnFile } from './read-file.ts';
import { PRIVATE_FILE } from './temporary-file.ts';

/** Two that come at the same instant may both step back; each tries again after a random time. */
const MAX_TRIES = 6;
const PAUSES = { initialDelay: 250, jitter: 1 };

/** How long a lease may be unfinished before it counts as abandoned, in milliseconds. */
const UNFINISHED_FOR = 5_000;

/** Leases that this process gave back, and could not remove: they hold nobody off. */
const abandoned = new Set<string>();

/**
 * The right to write one data file, held by one process at a time.
 *
 * Each writer puts down a lease under a name of its own and then looks for others. Only its holder creates a lease, so
 * nobody can overwrite or steal another's. Two writers that see each other both step back, so both never go on. The
 * next writer recognizes the lease of a killed process, and removes it.
 */
export class DiskLease implements Lease {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws LeaseHeldError if another process holds the lease on the data file */
  static async take(dataFile: string): Promise<DiskLease> {
    const backoff = new Backoff(PAUSES);
    for (let tries = 1; ; tries += 1) {
      const path = `${dataFile}.lock.${randomBytes(6).toString('hex')}`;
      const holder = await ownHolder();
      let other: { path: string; holder: LeaseHolder } | undefined;
      try {
        await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: PRIVATE_FILE });
        other = await livingLeaseBeside(path, dataFile);
      } catch (error) {
        await rm(path, { force: true });
        throw explainFileError(error, path);
      }
      if (other === undefined) return new DiskLease(path);
      await rm(path, { force: true });
      if (tries === MAX_TRIES) throw leaseHeld(dataFile, other.holder, `remove ${other.path}`);
      await backoff.wait();
    }
  }

  /**
   * Makes sure that nobody took this process for dead and its lease away.
   * @throws LeaseHeldError if somebody did
   */
  async check(): Promise<void> {
    const stillHeld = await stat(this.#path).catch(() => undefined);
    if (stillHeld !== undefined) return;
    throw leaseLost(this.#path, 'was taken away');
  }

  async release(): Promise<void> {
    try {
      await rm(this.#path, { force: true });
    } catch (error) {
      abandoned.add(this.#path);
      throw explainFileError(error, this.#path);
    }
  }
}

async function livingLeaseBeside(
  own: string,
  dataFile: string,
): Promise<{ path: string; holder: LeaseHolder } | undefined> {
  const directory = dirname(dataFile);
  const names = await readdir(directory);
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(dataFile)}.lock.`))) {
    const path = join(directory, name);
    if (path === own) continue;
    const holder = await readLease(path);
    if (holder === 'gone') continue;
    if (!abandoned.has(path) && (await isAlive(holder))) return { path, holder };
    await rm(path, { force: true });
    abandoned.delete(path);
  }
  return undefined;
}

async function readLease(path: string): Promise<LeaseHolder | 'gone'> {
  let text: string;
  let age: number;
  try {
    text = (await readOwnFile(path)).toString('utf8');
    age = Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw explainFileError(error, path);
  }
  const holder = parseHolder(text);
  if (holder !== undefined) return holder;
  // A lease is empty for an instant while it is written. If it stays empty, its writer was killed or had no space.
  if (age < UNFINISHED_FOR) return { host: 'unknown host', pid: 0, since: 'this moment' };
  await rm(path, { force: true });
  return 'gone';
}
