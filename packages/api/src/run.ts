import { type Io, run as runCommand } from '@cumulus/cli';
import { events } from './events/replay/command.ts';
import { logs } from './logs/command.ts';
import { serve } from './serve/command.ts';

/**
 * Carries out a command line of `cumulus-api`, `events`, `logs` and `serve` among its commands; see `run` of `@cumulus/cli`.
 * @returns the exit status; no failure is thrown
 */
export function run(argv: readonly string[], io?: Io): Promise<number> {
  return runCommand(argv, io, { further: [serve, events, logs] });
}
