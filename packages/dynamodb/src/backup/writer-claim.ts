import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainFileError, readOwnText } from './durable-file.ts';
import { BackupInProgressError } from './errors.ts';
import { isAlive, type KnownProcess, processHost } from './process-host.ts';
import { PRIVATE_FILE } from './temporary-file.ts';

/** Two that come at the same instant may both step back; each tries again after a random time. */
const TRIES = 6;
const MAX_PAUSE = 250;

/** How long a claim may be unfinished before it counts as abandoned, in milliseconds. */
const UNFINISHED_FOR = 5_000;

/** Who writes: enough to find out whether it still does. */
export type Claim = KnownProcess;

/** A claim of this process. */
export async function newClaim(): Promise<Claim> {
  return { host: await processHost(), pid: process.pid, since: new Date().toISOString() };
}

/**
 * The right to write one data file, held by one process at a time.
 *
 * Each writer puts down a claim under a name of its own and then looks for others. A claim is only ever made by its
 * holder, so that nobody can overwrite or steal another's: of two that see each other both step back, and never do both
 * go on. The claim of a process that was killed is seen to be dead and removed by the next.
 */
export class WriterClaim {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws BackupInProgressError if another process holds the claim on the data file */
  static async take(dataFile: string): Promise<WriterClaim> {
    for (let tries = 1; ; tries += 1) {
      const path = `${dataFile}.lock.${randomBytes(6).toString('hex')}`;
      const claim = await newClaim();
      let other: { path: string; claim: Claim } | undefined;
      try {
        await writeFile(path, JSON.stringify(claim), { flag: 'wx', mode: PRIVATE_FILE });
        other = await livingClaimBeside(path, dataFile);
      } catch (error) {
        await rm(path, { force: true });
        throw explainFileError(error, path);
      }
      if (other === undefined) return new WriterClaim(path);
      await rm(path, { force: true });
      if (tries === TRIES) throw inProgress(dataFile, other);
      await sleep(Math.random() * MAX_PAUSE);
    }
  }

  /**
   * Makes sure that nobody took this process for dead and its claim away.
   * @throws BackupInProgressError if somebody did
   */
  async check(): Promise<void> {
    const stillHeld = await stat(this.#path).catch(() => undefined);
    if (stillHeld !== undefined) return;
    throw new BackupInProgressError(`The claim ${this.#path} was taken away while the backup was being written.`, [
      'The backup that was there is as it was.',
    ]);
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function inProgress(dataFile: string, { path, claim }: { path: string; claim: Claim }): BackupInProgressError {
  return new BackupInProgressError(
    `Another backup is being written to ${dataFile}, by process ${claim.pid} on ${claim.host} since ${claim.since}.`,
    ['Nothing was changed.', `Wait for it; if that process is gone for good, remove ${path}.`],
  );
}

async function livingClaimBeside(own: string, dataFile: string): Promise<{ path: string; claim: Claim } | undefined> {
  const directory = dirname(dataFile);
  const names = await readdir(directory);
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(dataFile)}.lock.`))) {
    const path = join(directory, name);
    if (path === own) continue;
    const claim = await readClaim(path);
    if (claim === 'gone') continue;
    if (await isAlive(claim)) return { path, claim };
    await rm(path, { force: true });
  }
  return undefined;
}

async function readClaim(path: string): Promise<Claim | 'gone'> {
  let text: string;
  let age: number;
  try {
    text = await readOwnText(path);
    age = Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw explainFileError(error, path);
  }
  const claim = parseClaim(text);
  if (claim !== undefined) return claim;
  // A claim just being written is empty for an instant; one that stays so was never finished, for want of space or life.
  if (age < UNFINISHED_FOR) return { host: 'unknown host', pid: 0, since: 'this moment' };
  await rm(path, { force: true });
  return 'gone';
}

/** The claim that a text is; undefined if it is none. */
export function parseClaim(text: string): Claim | undefined {
  let claim: Partial<Claim> | null;
  try {
    claim = JSON.parse(text) as Partial<Claim> | null;
  } catch {
    return undefined;
  }
  const { host, pid, since } = claim ?? {};
  return typeof host === 'string' && typeof pid === 'number' && typeof since === 'string'
    ? (claim as Claim)
    : undefined;
}
