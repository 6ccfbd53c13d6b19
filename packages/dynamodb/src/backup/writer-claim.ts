import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackupInProgressError } from '../errors.ts';
import { explainFileError, PRIVATE_FILE } from './durable-file.ts';

/** Two that come at the same instant may both step back; each tries again after a random time. */
const TRIES = 6;
const LONGEST_PAUSE = 250;

/** Who writes: enough to find out whether it still does. */
interface Claim {
  readonly host: string;
  readonly pid: number;
  readonly since: string;
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
      const claim: Claim = { host: hostname(), pid: process.pid, since: new Date().toISOString() };
      try {
        await writeFile(path, JSON.stringify(claim), { flag: 'wx', mode: PRIVATE_FILE });
      } catch (error) {
        throw explainFileError(error, path);
      }
      const other = await livingClaimBeside(path, dataFile);
      if (other === undefined) return new WriterClaim(path);
      await rm(path, { force: true });
      if (tries === TRIES) throw inProgress(dataFile, other);
      await sleep(Math.random() * LONGEST_PAUSE);
    }
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
    if (isAlive(claim)) return { path, claim };
    await rm(path, { force: true });
  }
  return undefined;
}

async function readClaim(path: string): Promise<Claim | 'gone'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return 'gone';
  }
  try {
    return JSON.parse(text) as Claim;
  } catch {
    // A claim just being written is empty for an instant: its holder is alive.
    return { host: 'unknown host', pid: 0, since: 'this moment' };
  }
}

function isAlive({ host, pid, since }: Claim): boolean {
  if (host !== hostname() || pid === 0) return true;
  // In a restarted container a new process has the number of the one that was killed.
  if (pid === process.pid) return Date.parse(since) >= Date.now() - process.uptime() * 1000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
