import type { Command, CommandGroup } from '@cumulus/cli';
import { collections } from './collections/command.ts';
import { events } from './events/command.ts';
import { granules } from './granules/command.ts';
import { logs } from './logs/command.ts';
import { reconcile } from './reconcile/command.ts';
import { rules } from './rules/command.ts';
import { serve } from './serve/command.ts';
import type { LocalServers } from './serve/local-servers.ts';

/**
 * The commands that `@cumulus/cli` does not have, in the order of the help.
 * @param servers the servers behind `serve --local`; a DynamoDB that it starts unless given
 */
export function apiCommands(servers?: LocalServers): readonly (Command | CommandGroup)[] {
  return [serve(servers), collections, events, granules, logs, reconcile, rules];
}
