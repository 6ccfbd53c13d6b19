import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CumulusError } from '@cumulus/dynamodb/aws';

/** What `cumulus-api … --json` reports of a table; the command decides which of these fields there are. */
export interface TableReport {
  readonly table: string;
  readonly file: string;
  readonly items: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly same: number;
}

/** A command did not end with exit status 0; the message is what it wrote to standard error. */
class CommandFailedError extends CumulusError {
  readonly code = 'COMMAND_FAILED';
}

const BIN = join(dirname(createRequire(import.meta.url).resolve('@cumulus/api/package.json')), 'bin', 'cumulus-api.js');

/**
 * Runs the command as a user does, in a process of its own, and returns its report of each table.
 * @throws CommandFailedError
 */
export async function cumulusApi(
  commandLine: string,
  { environment, abortSignal }: { readonly environment: NodeJS.ProcessEnv; readonly abortSignal: AbortSignal },
): Promise<readonly TableReport[]> {
  const argv = [BIN, ...commandLine.split(' '), '--json', '--quiet'];
  const child = spawn(process.execPath, argv, {
    env: environment,
    signal: abortSignal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [status, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status !== 0) throw new CommandFailedError(`cumulus-api ${commandLine} ended with ${status}:\n${errors}`);
  return (JSON.parse(output) as { readonly results: readonly TableReport[] }).results;
}
