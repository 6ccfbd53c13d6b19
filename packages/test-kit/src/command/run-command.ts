import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askRun } from '../run/ask-run.ts';
import type { CommandEnd, CommandLine } from './command-line.ts';

/** The program that runs a command from a shell: `node COMMAND_CLIENT MODULE ARGUMENTS…`. */
export const COMMAND_CLIENT = fileURLToPath(new URL('command-client.js', import.meta.url));

/** What a command is given besides its arguments. */
export interface CommandOptions {
  /** Variables set, or removed (undefined), in the environment of the tests. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | Buffer | undefined;
}

/** Variables that the command has to do without: it keeps these warnings away by itself. */
const OF_TESTS = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined,
  NODE_OPTIONS: undefined,
  NODE_NO_WARNINGS: undefined,
};

const STACK_TRACE = /^\s+at .+[:(]\d+:\d+\)?$/m;
const RUNTIME_WARNING = /\(node:\d+\)|Warning:|NodeDeprecation/;

/** The environment of a command: that of the tests, with these variables set or removed. */
export function commandEnvironment(...variables: readonly (NodeJS.ProcessEnv | undefined)[]): Record<string, string> {
  const merged: NodeJS.ProcessEnv = Object.assign({ ...process.env }, OF_TESTS, ...variables);
  const set = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

/** A folder for a command's temporary files. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cumulus-command-'));
}

/**
 * Removes a command's folder for temporary files, and checks what every command has to keep to.
 * @throws an error where standard error holds a stack trace without `--verbose`, or a warning of the runtime, or temporary files are left by a
 * command that was not killed
 */
export async function checkCommand(
  temporary: string,
  { argv, stderr, wasKilled = false }: { argv: readonly string[]; stderr: string; wasKilled?: boolean },
): Promise<void> {
  const left = await readdir(temporary);
  await rm(temporary, { recursive: true });
  if (STACK_TRACE.test(stderr) && !argv.includes('--verbose'))
    throw new Error(`Standard error holds a stack trace:\n${stderr}`);
  if (RUNTIME_WARNING.test(stderr)) throw new Error(`Standard error holds a warning of the runtime:\n${stderr}`);
  if (!wasKilled && left.length > 0) throw new Error(`Temporary files were left: ${left.join(', ')}\n${stderr}`);
}

/**
 * Runs a command line to its end in a process that has run others before: what it writes and how it exits are the bin's, and
 * it starts twenty times faster.
 * @param module the URL of the module that exports `run`
 */
export async function runCommand(
  module: string | URL,
  argv: readonly string[],
  { environment, input = '' }: CommandOptions = {},
): Promise<CommandEnd> {
  const temporary = temporaryFolder();
  const command: CommandLine = {
    module: String(module),
    argv,
    directory: process.cwd(),
    environment: commandEnvironment({ TMPDIR: temporary }, environment),
    input: Buffer.from(input).toString('base64'),
  };
  const end = JSON.parse(await askRun('POST', '/command', JSON.stringify(command))) as CommandEnd;
  await checkCommand(temporary, { argv, stderr: end.stderr });
  return end;
}
