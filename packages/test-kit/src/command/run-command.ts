import { fileURLToPath } from 'node:url';
import { type Ended, HostedCommand, type HostedOptions } from './hosted-command.ts';

/** The program that runs a command from a shell: `node COMMAND_CLIENT MODULE ARGUMENTS…`. */
export const COMMAND_CLIENT = fileURLToPath(new URL('command-client.js', import.meta.url));

/** Runs a command line to its end in a process that has run others before; see {@link HostedCommand}. */
export async function runCommand(
  module: string | URL,
  argv: readonly string[],
  options?: HostedOptions,
): Promise<Ended> {
  return (await HostedCommand.start(module, argv, options)).ended;
}
