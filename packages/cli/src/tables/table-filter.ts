import { parseTableName } from '@cumulus/dynamodb/tables';

/** Whether a table is among those that are named, or of a prefix; all are where neither is given. */
export function tableFilter({
  table,
  prefix,
}: {
  readonly table?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
}): (name: string) => boolean {
  return (name) => {
    if (table !== undefined) return table.includes(name);
    return prefix === undefined || parseTableName(name)?.prefix === prefix;
  };
}
