import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a process took, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  /** Processor time, the program's and the system's for it. */
  readonly cpuSeconds: number;
  /** The most memory it ever held. */
  readonly peakMegabytes: number;
}

export interface Measured extends Usage {
  readonly output: string;
  /** The most files, sockets and pipes that were seen open at once; 0 where the system does not list them. */
  readonly openFiles: number;
}

/** Has a process of Node report at its end what it took, by a pipe of its own. */
const TELL_USAGE = `--import=data:text/javascript,${encodeURIComponent(`
import { readdirSync, writeSync } from 'node:fs';
let openFiles = 0;
const look = () => { try { openFiles = Math.max(openFiles, readdirSync('/proc/self/fd').length); } catch {} };
setInterval(look, 100).unref();
process.on('exit', () => { look(); writeSync(3, JSON.stringify({ ...process.resourceUsage(), openFiles })); });
`)}`;

/** Runs a program of Node to its end and measures it. @throws if it fails */
export async function measure(args: readonly string[]): Promise<Measured> {
  const { seconds, output, usage } = await run([TELL_USAGE, ...args]);
  const reported = JSON.parse(usage) as NodeJS.ResourceUsage & { readonly openFiles: number };
  const { userCPUTime, systemCPUTime, maxRSS, openFiles } = reported;
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  return { seconds, output, cpuSeconds, peakMegabytes: (maxRSS * 1024) / 1e6, openFiles };
}

/** Runs a program of Node to its end with nothing added to it that would take time. @throws if it fails */
export async function time(args: readonly string[]): Promise<number> {
  return (await run(args)).seconds;
}

async function run(args: readonly string[]): Promise<{ seconds: number; output: string; usage: string }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const ended = new Promise<{ code: number | null; seconds: number }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, seconds: (performance.now() - startedAt) / 1000 }));
  });
  const [output, errors, usage, { code, seconds }] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    ended,
  ]);
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${errors}`);
  return { seconds, output, usage };
}

/** Linux counts processor time in hundredths of a second. */
const TICKS = 100;

/** The processor time that a running process took so far, its own and the system's for it, as Linux says; in seconds. */
export function processorSeconds(pid: number | undefined): number {
  // The name of the program, in brackets, may have blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
