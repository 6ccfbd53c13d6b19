import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** An empty folder for the tests of the describe block, or file, that calls this; removed after them. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cumulus-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
