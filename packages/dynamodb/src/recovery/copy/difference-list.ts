import type { FileHandle } from 'node:fs/promises';
import { replaceFile } from '../../storage/disk/replace-file.ts';
import type { DifferenceKind, TableDifferences } from './differences.ts';

/** The size at which gathered lines are written, in characters. */
const WRITE_SIZE = 64 * 1024;

/**
 * Writes all differences of these kinds to a file for its owner alone, a line of JSON each: `{"kind":"change","key":{…}}`,
 * the key in typed JSON. A file of that name is replaced, but only by a whole list.
 * @throws FileError
 * @example
 * ```ts
 * import { type ComparedTables, writeDifferenceList } from '@cumulus/dynamodb/recovery';
 *
 * declare const compared: ComparedTables;
 * await writeDifferenceList('differences.jsonl', compared.differences, ['addition', 'change', 'deletion']);
 * ```
 */
export async function writeDifferenceList(
  path: string,
  differences: TableDifferences,
  kinds: readonly DifferenceKind[],
): Promise<void> {
  await replaceFile(path, (file) => writeLines(file, differences, kinds));
}

async function writeLines(
  file: FileHandle,
  differences: TableDifferences,
  kinds: readonly DifferenceKind[],
): Promise<void> {
  let gathered = '';
  for await (const { kind, key } of differences.all()) {
    if (!kinds.includes(kind)) continue;
    gathered += `${JSON.stringify({ kind, key })}\n`;
    if (gathered.length < WRITE_SIZE) continue;
    await file.appendFile(gathered);
    gathered = '';
  }
  await file.appendFile(gathered);
}
