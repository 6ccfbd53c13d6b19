import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process, as others on its machine find it again. */
export interface KnownProcess {
  /** See {@link processHost}. */
  readonly host: string;
  readonly pid: number;
  /** When it was alive for certain: ISO 8601. */
  readonly since: string;
}

/** Within what a process number means one process: the machine, and on Linux the namespace of a container. */
export async function processHost(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()}${namespace.replace(/^pid:/, ' ')}`;
}

/** Whether a process may still be there; one on another machine may. */
export async function isAlive({ host, pid, since }: KnownProcess): Promise<boolean> {
  if (host !== (await processHost()) || pid === 0) return true;
  // In a restarted container a new process has the number of the one that was killed.
  if (pid === process.pid) return Date.parse(since) >= Date.now() - process.uptime() * 1000;
  try {
    process.kill(pid, 0);
    return !(await hasEnded(pid));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process has ended and only its number is left. The first process of a container may never take note of that. */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The state follows the name, which is in parentheses and may hold some itself.
  return /^ [XZ]/.test(stat.slice(stat.lastIndexOf(')') + 1));
}
