import type { TableBackups } from '@cumulus/dynamodb/backup';
import { parseTableName } from '@cumulus/dynamodb/tables';
import type { OptionValues } from '../../options/option.ts';
import type { folderOptions } from './options.ts';

/** Where the backups are that a command is about, and of which tables. */
export function chosenBackups({ directory = 'backups', table, prefix }: OptionValues<typeof folderOptions>): {
  readonly location: string;
  readonly isChosen: (table: TableBackups['table']) => boolean;
} {
  const isChosen = (name: string): boolean => {
    if (table !== undefined) return table.includes(name);
    return prefix === undefined || parseTableName(name)?.prefix === prefix;
  };
  return { location: directory, isChosen };
}
