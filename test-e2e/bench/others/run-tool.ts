import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Usage } from '../measure.ts';
import type { CommandLine } from './tools.ts';

export interface ToolRun extends Usage {
  readonly code: number | null;
  readonly errors: string;
}

/** Runs a program and writes what it took to a pipe: the same for programs in any language. */
const MEASURE = `
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
os.write(3, f'[{used.ru_utime + used.ru_stime}, {used.ru_maxrss}]'.encode())
sys.exit(code if code >= 0 else 128 - code)
`;

/** Runs a program to its end, however it ends. */
export async function runTool(command: CommandLine): Promise<ToolRun> {
  const startedAt = performance.now();
  const child = spawn('python3', ['-c', MEASURE, ...command], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  const [errors, usage, code] = await Promise.all([
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    ended,
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  const [cpuSeconds = 0, kilobytes = 0] = JSON.parse(usage) as readonly number[];
  return { code, errors, seconds, cpuSeconds, peakMegabytes: (kilobytes * 1024) / 1e6 };
}

/** @throws if the program fails */
export async function runToolWell(command: CommandLine): Promise<ToolRun> {
  const run = await runTool(command);
  if (run.code !== 0) throw new Error(`${command.join(' ')} ended with ${run.code}: ${run.errors}`);
  return run;
}

/** Starts a program, and kills it by `kill -9` as soon as it has begun to write a file. @throws if it ends before */
export async function killTool([program, ...args]: CommandLine, file: string): Promise<void> {
  const startedAt = Date.now();
  const child = spawn(program, args, { stdio: 'ignore' });
  const isWritten = (): boolean => {
    const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    return mtimeMs >= startedAt && size > 0;
  };
  const timer = setInterval(() => {
    if (isWritten()) child.kill('SIGKILL');
  }, 5);
  const signal = await new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (_code, by) => resolve(by));
  });
  clearInterval(timer);
  if (signal !== 'SIGKILL') throw new Error(`${program} ended before it could be killed`);
}
