import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { verifyBackup } from '@cumulus/dynamodb/backup';
import { expect } from '@jest/globals';

/** The lines of a data file, sorted: the order of items in a backup is chance. */
export async function linesOf(file: string): Promise<string[]> {
  const content = await readFile(file);
  const text = (file.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** Fails unless the file is whole and is what its manifest, which it must have, says. */
export async function expectProved(file: string): Promise<void> {
  const { proved } = await verifyBackup({ file });
  expect(proved).toBe(true);
}
