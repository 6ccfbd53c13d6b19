import { type Io, run as runCommand } from '@cumulus/cli';
import { events } from './commands/events/command.ts';
import { logs } from './commands/logs/command.ts';
import { serve } from './commands/serve/command.ts';
import type { LocalServers } from './commands/serve/local-servers.ts';

/**
 * Carries out a command line of `cumulus-api`, `events`, `logs` and `serve` among its commands; see `run` of `@cumulus/cli`.
 * @param options.local what `serve --local` serves; a DynamoDB that it starts unless given
 * @returns the exit status; no failure is thrown
 */
export function run(
  argv: readonly string[],
  io?: Io,
  { local }: { readonly local?: LocalServers | undefined } = {},
): Promise<number> {
  return runCommand(argv, io, { further: [serve(local), events, logs] });
}
