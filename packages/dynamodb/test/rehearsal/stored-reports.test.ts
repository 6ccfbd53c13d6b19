import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import {
  type ReadRehearsalsOptions,
  readRehearsals,
  storeRehearsal,
} from '../../src/rehearsal/report/stored-reports.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { sampleReport } from './sample-report.ts';

const folder = ownFolder();

describe('reports of rehearsals on disk', () => {
  reportTests(() => join(folder, randomUUID()));

  test('are for their owner alone', async () => {
    const location = join(folder, randomUUID());
    const file = await storeRehearsal(location, sampleReport());
    expect(file).toBe(`${location}/prod.20261129T203200Z.rehearsal.json`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

await describeWithMoto('reports of rehearsals in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  reportTests(() => bucket.url(randomUUID()), bucket.s3);
});

/** @param newLocation gives one that no test has used */
function reportTests(newLocation: () => string, access?: () => Promise<S3Client>): void {
  const s3 = access as ReadRehearsalsOptions['s3'];
  const at = (day: number, prefix = 'prod') =>
    sampleReport({ prefix, startedAt: `2026-11-0${day}T20:32:00.250Z`, endedAt: `2026-11-0${day}T20:33:00.250Z` });

  test('are read as they were stored, newest first, and only those of the prefix', async () => {
    const location = newLocation();
    for (const report of [at(2), at(3), at(1), at(4, 'prod.x'), at(4, 'prod-x'), at(4, 'pro')]) {
      await storeRehearsal(location, report, { s3 });
    }
    const { rehearsals, problems } = await readRehearsals(location, { prefix: 'prod', s3 });
    expect(rehearsals.map(({ report }) => report)).toEqual([at(3), at(2), at(1)]);
    expect(rehearsals[0]?.file).toBe(`${location}/prod.20261103T203200Z.rehearsal.json`);
    expect(problems).toEqual([]);
    expect((await readRehearsals(location, { prefix: 'prod', newest: 1, s3 })).rehearsals).toHaveLength(1);
  });

  test('of a location that does not exist are none', async () => {
    expect(await readRehearsals(newLocation(), { prefix: 'prod', s3 })).toEqual({ rehearsals: [], problems: [] });
  });

  test('that cannot be read are named with the reason, and the others are read', async () => {
    const location = newLocation();
    const storage = await openStorage(location, { s3 });
    await storage.prepare();
    const contents = {
      '1': '{"format":"cumulus-reh',
      '2': '{"format":"cumulus-dynamodb-backup"}',
      '3': JSON.stringify({ ...sampleReport(), formatVersion: 2 }),
      '4': JSON.stringify({ ...sampleReport(), outcome: 'fine' }),
      '5': JSON.stringify(sampleReport({ prefix: 'other' })),
    };
    for (const [day, content] of Object.entries(contents)) {
      await storage.write(`prod.2026110${day}T203200Z.rehearsal.json`, content);
    }
    await storage.write('prod.20261101T203200.123Z.rehearsal.json', 'of another name');
    await storeRehearsal(location, at(1, 'prod'), { s3 });
    const { rehearsals, problems } = await readRehearsals(location, { prefix: 'prod', newest: 1, s3 });
    expect(rehearsals.map(({ report }) => report)).toEqual([at(1)]);
    expect(problems.map(({ problem }) => problem)).toEqual([
      'It is of the prefix other.',
      'It lacks outcome.',
      'It has the format version 2, not 1.',
      'It is no report of a rehearsal.',
    ]);
  });
}

test('a file that is no report is a problem, not an error', async () => {
  const location = join(folder, randomUUID());
  await storeRehearsal(location, sampleReport());
  await writeFile(join(location, 'prod.20261130T203200Z.rehearsal.json'), '');
  const { problems } = await readRehearsals(location, { prefix: 'prod' });
  expect(problems).toEqual([
    { file: `${location}/prod.20261130T203200Z.rehearsal.json`, problem: expect.stringMatching(/^It is not JSON: /) },
  ]);
});
