import { type Io, run as runCommand } from '@cumulus/cli';
import { apiCommands } from './commands/index.ts';
import type { LocalServers } from './commands/serve/local-servers.ts';

/** What a script may give {@link run} besides the command line and the streams. */
export interface RunOptions {
  /** What `serve --local` serves; a DynamoDB that it starts unless given. */
  readonly local?: LocalServers | undefined;
}

/**
 * Runs a command line of `cumulus-api`, with `serve`, `logs`, `collections`, `events`, `granules` and `reconcile` among its commands; see `run` of `@cumulus/cli`.
 * @param argv the command line, without the node and script at the head of `process.argv`
 * @param io the streams to use; those of `process` unless given
 * @returns the exit status: 0 if all was done, 1 if something failed, 2 for a wrong command line. No failure is thrown
 *
 * @example
 * ```ts
 * import { run } from '@cumulus/api';
 *
 * process.exitCode = await run(['serve', '--prefix', 'prod', '--no-auth', '--port', '5001']);
 * ```
 */
export function run(argv: readonly string[], io?: Io, { local }: RunOptions = {}): Promise<number> {
  return runCommand(argv, io, { further: apiCommands(local) });
}
