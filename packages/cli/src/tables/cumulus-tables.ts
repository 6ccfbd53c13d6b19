import { TABLE_NAMES, type TableName } from '@cumulus/dynamodb/tables';
import { suggest } from '../near-words.ts';
import { UsageError } from '../usage-error.ts';

/**
 * The tables that an option names by their names without a prefix, as words of their own or with commas; `none` by itself
 * is none.
 * @throws UsageError if one is none of Cumulus's
 */
export function cumulusTables(option: string, values: readonly string[]): readonly TableName[] {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  return names.map((name) => {
    const known = TABLE_NAMES.find((table) => table === name);
    if (known !== undefined) return known;
    const message = `--${option} takes names of ${TABLE_NAMES.join(', ')}, or none; not "${name}"`;
    throw new UsageError(suggest(message, name, TABLE_NAMES));
  });
}
