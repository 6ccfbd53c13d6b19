/** Where people find an item of a backup. */
export interface LinePlace {
  readonly file: string;
  /** The number of the line in the file, counted from 1; or of the item, if that is the unit. */
  readonly line: number;
  /** Present where items of the file are not a line each, as in a JSON array: `line` is then the number of the item. */
  readonly unit?: 'item' | undefined;
}

/**
 * A place in words: `T.json, line 3`.
 * @example
 * ```ts
 * import { describePlace } from '@cumulus/dynamodb/backup';
 *
 * describePlace({ file: 'array.json', line: 3, unit: 'item' }); // 'array.json, item 3'
 * ```
 */
export function describePlace({ file, line, unit }: LinePlace): string {
  return `${file}, ${unit ?? 'line'} ${line}`;
}
