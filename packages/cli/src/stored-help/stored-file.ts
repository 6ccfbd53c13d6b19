import { MAX_COLUMNS } from '../help-page.ts';

/** The widths for which help is stored: that of most terminals, and the widest, which a pipe has too. */
export const STORED_COLUMNS: readonly number[] = [80, MAX_COLUMNS];

/**
 * The name of the file with the help of a command, or with that of all for no words.
 *
 * @param words of the command, such as `on-demand` and `list`
 * @param columns the width that the help is broken at, one of {@link STORED_COLUMNS}
 *
 * @example
 * ```ts
 * import { storedFile } from '@cumulus/cli/stored-help';
 *
 * const file = storedFile(['on-demand', 'list'], 80);
 * console.log(file); // cumulus-api_on-demand_list.80.txt
 * ```
 */
export function storedFile(words: readonly string[], columns: number): string {
  return `${['cumulus-api', ...words].join('_')}.${columns}.txt`;
}
