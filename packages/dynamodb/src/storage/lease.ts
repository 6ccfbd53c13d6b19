import { parseObject } from '../aws/parse-object.ts';
import { LeaseHeldError } from './errors.ts';
import { type KnownProcess, processHost } from './process-host.ts';

/** The right to write a file, held by one process at a time. */
export interface Lease {
  /**
   * Makes sure that nobody took this process for dead and its lease away.
   * @throws LeaseHeldError if somebody did
   */
  check(): Promise<void>;
  /** Gives the lease back, if it still is this process's. */
  release(): Promise<void>;
}

/** Who holds a lease: enough to find out whether it still lives. */
export type LeaseHolder = KnownProcess;

/** The holder of a lease that cannot be parsed. */
export const UNKNOWN_HOLDER: LeaseHolder = { host: 'unknown host', pid: 0, since: 'an unknown time' };

/** This process as a holder. */
export async function ownHolder(): Promise<LeaseHolder> {
  return { host: await processHost(), pid: process.pid, since: new Date().toISOString() };
}

/** The holder that a lease's text names; undefined if it is not a lease. */
export function parseHolder(text: string): LeaseHolder | undefined {
  const holder = parseObject(text);
  const { host, pid, since } = holder ?? {};
  const isHolder = typeof host === 'string' && typeof pid === 'number' && typeof since === 'string';
  return isHolder ? { ...holder, host, pid, since } : undefined;
}

/** @param file the path or URL of the file to be written @param untilWhen how the lease ends if its holder is gone */
export function leaseHeld(file: string, { pid, host, since }: LeaseHolder, untilWhen: string): LeaseHeldError {
  return new LeaseHeldError(`${file} is being written already, by process ${pid} on ${host} since ${since}.`, [
    'Nothing was changed.',
    `Wait for it; if that process is gone for good, ${untilWhen}.`,
  ]);
}

/** @param lease its path or URL */
export function leaseLost(lease: string, problem: string): LeaseHeldError {
  return new LeaseHeldError(`The lease ${lease} ${problem} while the backup was being written.`, [
    'The backup that was there is as it was.',
  ]);
}
