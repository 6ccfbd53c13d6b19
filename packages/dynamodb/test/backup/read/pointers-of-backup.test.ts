import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { BackUpOptions } from '../../../src/backup/back-up/options.ts';
import { CorruptBackupError } from '../../../src/backup/errors.ts';
import { pointersOfBackup } from '../../../src/backup/read/pointers-of-backup.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

/** Items of which every third points to an object, named after its number. */
const granules = (count: number) =>
  Array.from({ length: count }, (_, number) => {
    const replace = { M: { Bucket: { S: 'system' }, Key: { S: `p/${number}` }, TargetPath: { S: '$' } } };
    return granule(number, number % 3 === 0 ? { error: { M: { replace } } } : {});
  });

const keysOf = (count: number): readonly string[] =>
  Array.from({ length: Math.ceil(count / 3) }, (_, number) => `p/${3 * number}`).sort();

function backUp(table: string, options: Partial<BackUpOptions> = {}) {
  return backUpTable({ client: scratch.client, table, directory: scratch.directory, ...options });
}

const manifestOf = (file: string) => JSON.parse(readFileSync(`${file}.manifest.json`, 'utf8')) as object;

async function keysNamedBy(file: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of pointersOfBackup({ file })) keys.push(key);
  return keys.sort();
}

describe('pointers to S3', () => {
  test.each([true, false])('are counted by a backup, and named out of it; with gzip %p', async (gzip) => {
    const table = await scratch.table(granules(60));
    const { file, pointersToS3 } = await backUp(table, { gzip, segments: 7 });
    expect(pointersToS3).toBe(20);
    expect(manifestOf(file)).toMatchObject({ items: 60, pointersToS3: 20 });
    expect(await keysNamedBy(file)).toEqual(keysOf(60));
    expect(await verifyBackup({ file })).toMatchObject({ proved: true, pointersToS3: 20 });
    const restored = await restoreTable({
      client: scratch.client,
      file,
      table: scratch.tableName(),
      createTable: true,
    });
    expect(restored).toMatchObject({ items: 60, pointersToS3: 20 });
  });

  test('of which there are none are not mentioned in the manifest', async () => {
    const table = await scratch.table([granule(1)]);
    const { file, pointersToS3 } = await backUp(table);
    expect(pointersToS3).toBe(0);
    expect(manifestOf(file)).not.toHaveProperty('pointersToS3');
    expect((await verifyBackup({ file })).pointersToS3).toBeUndefined();
    expect(await keysNamedBy(file)).toEqual([]);
  });

  test('are counted once each by a backup that was interrupted, however often', async () => {
    const table = await scratch.table(granules(200));
    for (const stopAfter of [40, 90, 150]) {
      const interruption = new AbortController();
      const run = backUp(table, {
        segments: 50,
        concurrency: 1,
        resume: true,
        abortSignal: interruption.signal,
        onProgress: (made) => 'items' in made && made.items > stopAfter && interruption.abort(),
      });
      await expect(run).rejects.toThrow(InterruptedError);
    }
    const { file, resumed, pointersToS3 } = await backUp(table, { resume: true });
    expect({ resumed, pointersToS3 }).toEqual({ resumed: true, pointersToS3: 67 });
    expect(await keysNamedBy(file)).toEqual(keysOf(200));
  });

  test('of a file that is not what its manifest says end in an error', async () => {
    const { file } = await backUp(await scratch.table(granules(9)));
    writeFileSync(file, readFileSync(file, 'utf8').replace('p/3', 'p/4'));
    await expect(keysNamedBy(file)).rejects.toThrow(CorruptBackupError);
  });
});
