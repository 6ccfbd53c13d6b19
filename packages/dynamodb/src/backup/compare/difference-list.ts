import type { FileHandle } from 'node:fs/promises';
import type { TypedItem } from '../../items/typed-item.ts';
import { replaceFile } from '../../storage/disk/replace-file.ts';

/** The size at which gathered lines are written, in characters. */
const WRITE_SIZE = 64 * 1024;

/** A difference, as a list has it. */
export interface ListedDifference {
  readonly kind: string;
  readonly key: TypedItem;
}

/**
 * Writes differences to a file for its owner alone, a line of JSON each: `{"kind":"changed","key":{…}}`, the key in typed JSON. A
 * file of that name is replaced, but only by a whole list.
 * @throws FileError; what the differences throw
 * @example
 * ```ts
 * import { writeDifferenceList } from '@cumulus/dynamodb/backup';
 * import type { ComparedTables } from '@cumulus/dynamodb/recovery';
 *
 * declare const compared: ComparedTables;
 * await writeDifferenceList('differences.jsonl', compared.differences.all());
 * ```
 */
export async function writeDifferenceList(path: string, differences: AsyncIterable<ListedDifference>): Promise<void> {
  await replaceFile(path, (file) => writeLines(file, differences));
}

async function writeLines(file: FileHandle, differences: AsyncIterable<ListedDifference>): Promise<void> {
  let gathered = '';
  for await (const { kind, key } of differences) {
    gathered += `${JSON.stringify({ kind, key })}\n`;
    if (gathered.length < WRITE_SIZE) continue;
    await file.appendFile(gathered);
    gathered = '';
  }
  await file.appendFile(gathered);
}
