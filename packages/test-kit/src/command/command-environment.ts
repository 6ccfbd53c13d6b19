import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Variables that the command has to do without, as it has no warnings of Node's to keep away; and one to leave nothing in the user's home. */
const OF_TESTS = {
  NODE_OPTIONS: undefined,
  NODE_NO_WARNINGS: undefined,
  NODE_DISABLE_COMPILE_CACHE: '1',
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
