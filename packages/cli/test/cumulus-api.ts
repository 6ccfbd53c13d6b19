import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@cumulus/test-kit/command';

const BUILD = new URL('../dist/index.js', import.meta.url);
const BIN = fileURLToPath(new URL('bin.mjs', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Command = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts the built command in a process of its own. */
export function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Command {
  return spawn(process.execPath, [BIN, ...argv], { env: { ...process.env, ...env }, cwd, stdio: 'pipe' });
}

/** What a started command wrote, once it has ended. */
export async function end(command: Command): Promise<Ended> {
  const ended = new Promise<number | null>((resolve) => command.once('close', resolve));
  const [status, stdout, stderr] = await Promise.all([ended, text(command.stdout), text(command.stderr)]);
  return { status, stdout, stderr };
}

/** Runs the built command to its end, with a text as its standard input. */
export async function cumulusApi(argv: readonly string[], environment = {}, input = ''): Promise<Ended> {
  const { code: status, stdout, stderr } = await runCommand(BUILD, argv, { environment, input });
  return { status, stdout, stderr };
}

/** Runs the built command with `--json`, and also returns what it wrote as such. */
export async function cumulusApiJson(argv: readonly string[], input = ''): Promise<Ended & { readonly json: unknown }> {
  const ended = await cumulusApi([...argv, '--json'], {}, input);
  return { ...ended, json: JSON.parse(ended.stdout) };
}
