import type { Command, CommandGroup } from '../command.ts';
import { adopt } from './adopt/command.ts';
import { archive } from './archive/command.ts';
import { backup } from './backup/command.ts';
import { backups } from './backups/command.ts';
import { copy } from './copy/command.ts';
import { counts } from './counts/command.ts';
import { executions } from './executions/command.ts';
import { exportTables } from './export/command.ts';
import { importTable } from './import/command.ts';
import { onDemand } from './on-demand/command.ts';
import { pitr } from './pitr/command.ts';
import { rehearse } from './rehearse/command.ts';
import { restore } from './restore/command.ts';
import { status } from './status/command.ts';
import { tables } from './tables/command.ts';
import { users } from './users/command.ts';
import { verify } from './verify/command.ts';

/**
 * The commands of this package, in the order of the help.
 *
 * @example
 * ```ts
 * import { COMMANDS } from '@cumulus/cli';
 *
 * for (const { name, describe } of COMMANDS) console.log(`${name}: ${describe}`);
 * ```
 */
export const COMMANDS: readonly (Command | CommandGroup)[] = [
  backup,
  restore,
  verify,
  status,
  rehearse,
  backups,
  archive,
  tables,
  counts,
  users,
  executions,
  pitr,
  onDemand,
  exportTables,
  importTable,
  copy,
  adopt,
];
