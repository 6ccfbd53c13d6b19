import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { explainFileError, PRIVATE_FILE } from '../backup/durable-file.ts';
import type { DifferenceKind, TableDifferences } from './table-differences.ts';

/** The size at which gathered lines are written, in characters. */
const WRITE_SIZE = 64 * 1024;

/**
 * Writes all differences of these kinds to a file for its owner alone, a line of JSON each: `{"kind":"change","key":{…}}`,
 * the key in typed JSON. A file of that name is replaced, but only by a whole list.
 * @throws FileError
 */
export async function writeDifferenceList(
  path: string,
  differences: TableDifferences,
  kinds: readonly DifferenceKind[],
): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w', PRIVATE_FILE);
    try {
      await writeLines(file, differences, kinds);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainFileError(error, path);
  }
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
