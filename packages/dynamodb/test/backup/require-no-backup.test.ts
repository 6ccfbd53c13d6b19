import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { requireNoBackup } from '../../src/backup/index.ts';

const folder = ownFolder();

describe('a report or a list', () => {
  test('takes the place of no backup and no manifest; any other name is free', async () => {
    const path = (name: string): string => join(folder, name);
    for (const name of ['T.json', 'T.json.manifest.json', 'other.json', 'page.html']) writeFileSync(path(name), '{}');
    for (const name of ['T.json', 'T.json.manifest.json']) {
      await expect(requireNoBackup(path(name))).rejects.toMatchObject({
        code: 'FILE_FAILED',
        message: expect.stringContaining(`${path(name)} is a backup or the manifest of one`),
      });
    }
    for (const name of ['other.json', 'page.html', 'new.json', 'missing/new.json']) await requireNoBackup(path(name));
  });
});
