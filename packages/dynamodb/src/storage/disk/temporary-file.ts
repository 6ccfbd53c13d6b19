import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, lstat, open, opendir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isAlive, processHost } from '../process-host.ts';

/** Files that hold data, or describe it, are for their owner alone. */
export const PRIVATE_FILE = 0o600;

/** `.cumulus-HOST-PID-RANDOM.tmp`: the host as a digest, so that the name is short whatever the target is called. */
const TEMPORARY = /^\.cumulus-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{24}\.tmp$/;

/** After how long without a write a temporary file of another machine counts as abandoned, in milliseconds. */
const ABANDONED_AFTER = 24 * 3_600_000;

/** Directories that this process has cleared of abandoned files. */
const cleared = new Set<string>();

export interface TemporaryFile {
  readonly path: string;
  readonly file: FileHandle;
}

/**
 * Creates a private file in a directory, open for reading and writing. Nobody can guess its name, and the file is never
 * one that was there before: a link that somebody planted is not followed. Such files that killed processes left there
 * are removed.
 */
export async function createTemporaryFile(directory: string): Promise<TemporaryFile> {
  const absolute = resolve(directory);
  if (!cleared.has(absolute)) {
    cleared.add(absolute);
    await removeAbandoned(directory).catch(() => undefined);
  }
  const path = join(directory, await temporaryName());
  return { path, file: await open(path, 'wx+', PRIVATE_FILE) };
}

/** A name for a new file of this process that nobody can guess, and by which it is found if the process is killed. */
export async function temporaryName(): Promise<string> {
  return `.cumulus-${await hostDigest()}-${process.pid}-${randomBytes(12).toString('hex')}.tmp`;
}

/** Removes the temporary files that killed processes have left in a directory. */
async function removeAbandoned(directory: string): Promise<void> {
  const ownDigest = await hostDigest();
  for await (const { name } of await opendir(directory)) {
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (host === undefined) continue;
    const path = join(directory, name);
    const status = await lstat(path).catch(() => undefined);
    // Only our own: in a shared directory, root finds files of others, who may have put anything there.
    if (status === undefined || !status.isFile() || status.uid !== (process.geteuid?.() ?? status.uid)) continue;
    const writer = { host: await processHost(), pid: Number(pid), since: status.mtime.toISOString() };
    const isAbandoned = host === ownDigest ? !(await isAlive(writer)) : status.mtimeMs < Date.now() - ABANDONED_AFTER;
    if (isAbandoned) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function hostDigest(): Promise<string> {
  return createHash('sha256')
    .update(await processHost())
    .digest('hex')
    .slice(0, 8);
}
