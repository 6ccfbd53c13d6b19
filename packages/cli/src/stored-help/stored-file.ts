import { MAX_COLUMNS } from '../help-page.ts';

/** The widths for which help is stored: that of most terminals, and the widest, which a pipe has too. */
export const STORED_COLUMNS: readonly number[] = [80, MAX_COLUMNS];

/** The name of the file with the help of a command, or with that of all for no words. */
export function storedFile(words: readonly string[], columns: number): string {
  return `${['cumulus-api', ...words].join('_')}.${columns}.txt`;
}
