import type { TableBackups } from '@cumulus/dynamodb/backup';
import type { OptionValues } from '../../options/option.ts';
import { tableFilter } from '../../tables/table-filter.ts';
import type { folderOptions } from './options.ts';

/** Where the backups are that a command is about, and of which tables. */
export function chosenBackups({ directory = 'backups', table, prefix }: OptionValues<typeof folderOptions>): {
  readonly location: string;
  readonly isChosen: (table: TableBackups['table']) => boolean;
} {
  return { location: directory, isChosen: tableFilter({ table, prefix }) };
}
