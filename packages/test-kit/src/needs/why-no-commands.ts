import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const shell = promisify(execFile);

/** Which of these commands are not on the PATH, in words; undefined if all are. */
export async function whyNoCommands(...commands: readonly string[]): Promise<string | undefined> {
  const missing: string[] = [];
  for (const command of commands) {
    await shell('sh', ['-c', 'command -v "$0"', command]).catch(() => missing.push(command));
  }
  return missing.length === 0
    ? undefined
    : `needs on the PATH: ${missing.join(', ')} (CONTRIBUTING.md says how to get it)`;
}
