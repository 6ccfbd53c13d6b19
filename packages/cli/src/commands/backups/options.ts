import type { TableBackups } from '@cumulus/dynamodb/backup';
import { parseTableName } from '@cumulus/dynamodb/tables';
import { deploymentPrefix, folder, tableNames } from '../../options/kinds.ts';
import type { OptionValues } from '../../options/option.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';

/** Options of the commands about all backups of a folder. */
export const folderOptions = {
  directory: folder({
    defaultDescription: '"backups"',
    describe: 'Where the backups are: a folder, or s3://BUCKET/PREFIX',
  }),
  table: tableNames({ describe: 'Only backups of these tables' }),
  prefix: deploymentPrefix({ describe: 'Only backups of the tables of this prefix' }),
  ...s3ReadOptions,
};

export const tableAlternatives = ['table', 'prefix'] as const;

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
