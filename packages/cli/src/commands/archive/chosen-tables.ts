import { parseTableName } from '@cumulus/dynamodb/tables';
import type { OptionValues } from '../../options/option.ts';
import type { tablesOptions } from './options.ts';

/** Which tables of an archive a command is about. */
export function chosenTables({
  table,
  prefix,
}: Pick<OptionValues<typeof tablesOptions>, 'table' | 'prefix'>): (name: string) => boolean {
  return (name) => {
    if (table !== undefined) return table.includes(name);
    return prefix === undefined || parseTableName(name)?.prefix === prefix;
  };
}
