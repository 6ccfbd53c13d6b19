import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { type ForgetResult, forgetBackups } from '../../../src/backup/catalogue/forget-backups.ts';
import { listCatalogue } from '../../../src/backup/catalogue/list-catalogue.ts';
import { noteProof } from '../../../src/backup/catalogue/note-proof.ts';
import { chooseForgotten, type ForgetDecision, type KeepRules } from '../../../src/backup/catalogue/retention.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import { LeaseHeldError } from '../../../src/storage/errors.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { putBackup } from './put-backup.ts';

const directory = ownFolder();

describe('forgetting on disk', () => forgetTests(() => join(directory, randomUUID())));

await describeWithMoto('forgetting in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  forgetTests(() => bucket.url(randomUUID()), bucket.s3);

  const versioned = ownBucket(moto, 'versioned-backups');
  test('what a bucket keeps as an earlier version is said', async () => {
    await bucket.client.send(
      new PutBucketVersioningCommand({ Bucket: 'versioned-backups', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const location = versioned.url('prod');
    const storage = await openStorage(location, { s3: bucket.s3 });
    for (const day of [1, 2]) {
      await putBackup(storage, { name: `T.2026110${day}T000000Z.json`, startedAt: `2026-11-0${day}T00:00:00Z` });
    }
    const [t] = await listCatalogue(location, { s3: bucket.s3 });
    const rules = { last: 1 };
    const decisions = chooseForgotten(t?.backups ?? [], rules);
    const { backups } = await forgetBackups({ location, s3: bucket.s3, table: 'T', rules, decisions });
    expect(backups).toMatchObject([{ fate: 'forgotten', keptAsVersion: true }]);
  });
});

/** What forgetting promises in any storage. @param newLocation gives one that no test has used */
function forgetTests(newLocation: () => string, s3?: () => Promise<S3Client>): void {
  const rules: KeepRules = { last: 2 };
  let location = '';
  let storage: Storage;
  beforeEach(async () => {
    location = newLocation();
    storage = await openStorage(location, { s3 });
    await storage.prepare();
    for (const day of [1, 2, 3, 4]) await putDated(day);
  });
  const nameOf = (day: number): string => `T.2026110${day}T000000Z.json`;
  const putDated = (day: number): ReturnType<typeof putBackup> =>
    putBackup(storage, { name: nameOf(day), startedAt: `2026-11-0${day}T00:00:00Z` });
  const decide = async (by = rules): Promise<readonly ForgetDecision[]> => {
    const [t] = await listCatalogue(location, { s3, tables: (table) => table === 'T' });
    return chooseForgotten(t?.backups ?? [], by);
  };
  const forget = async (decisions: readonly ForgetDecision[], abortSignal?: AbortSignal): Promise<ForgetResult> =>
    forgetBackups({ location, s3, table: 'T', rules, decisions, abortSignal });
  const names = async (): Promise<readonly string[]> => (await storage.list('')) ?? [];
  const whole = (...days: readonly number[]): readonly string[] =>
    days.flatMap((day) => [nameOf(day), `${nameOf(day)}.manifest.json`]);

  test('data files and manifests go, those that stay are whole, and nothing else is left', async () => {
    await storage.write(`${nameOf(1)}.restore-U.checkpoint.json`, '{}');
    await putBackup(storage, { name: 'Other.json', startedAt: '2020-01-01T00:00:00Z' });
    const { backups, notesNotRemoved } = await forget(await decide());
    expect(backups.map(({ fate, backup }) => [fate, backup.startedAt?.getUTCDate()])).toEqual([
      ['forgotten', 2],
      ['forgotten', 1],
    ]);
    expect(notesNotRemoved).toBeUndefined();
    expect(await names()).toEqual(['Other.json', 'Other.json.manifest.json', ...whole(3, 4)]);
    expect(await verifyBackup({ file: storage.pathOf(nameOf(3)), s3 })).toMatchObject({ proved: true });
    // Again there is nothing to do, and nothing is done.
    expect((await forget(await decide())).backups).toEqual([]);
  });

  test('all kinds are of one history', async () => {
    await putBackup(storage, { name: 'T.json.gz', startedAt: '2026-11-03T12:00:00Z' });
    await putBackup(storage, { name: 'T.20261105T000100.123Z.json', startedAt: '2026-11-05T00:00:00Z' });
    await forget(await decide());
    expect((await names()).filter((name) => !name.endsWith('manifest.json'))).toEqual([
      nameOf(4),
      'T.20261105T000100.123Z.json',
    ]);
  });

  test('notes of proofs go with their files, and others stay', async () => {
    for (const day of [1, 4]) {
      const proved = await putDated(day);
      await noteProof(storage.pathOf(nameOf(day)), { s3, ...proved, how: 'file' });
    }
    await forget(await decide());
    const notes = JSON.parse((await storage.read('T.proofs.json'))?.toString() ?? '');
    const [t] = await listCatalogue(location, { s3 });
    expect(notes.proofs.map(({ sha256 }: { sha256: string }) => sha256)).toEqual([t?.backups[0]?.sha256]);
    // The last backup that is proved is spared, so its note is still there.
    expect(t?.backups[0]?.proofs).toHaveLength(1);
  });

  test('notes that are none of its are left, and said', async () => {
    await storage.write('T.proofs.json', 'mine');
    const { backups, notesNotRemoved } = await forget(await decide());
    expect(backups).toHaveLength(2);
    expect(notesNotRemoved).toContain('is not JSON');
    expect((await storage.read('T.proofs.json'))?.toString()).toBe('mine');
  });

  test('what a killed run left is removed by the next one, also where no backup goes', async () => {
    const gone = await putDated(2);
    await noteProof(storage.pathOf(nameOf(2)), { s3, ...gone, how: 'file' });
    await storage.write(`${nameOf(2)}.restore-U.checkpoint.json`, '{}');
    for (const day of [1, 2]) await storage.remove(nameOf(day));
    expect((await forget(await decide())).backups).toEqual([]);
    expect(await names()).toEqual(whole(3, 4));
  });

  test('while a backup of the table is being written, nothing is removed', async () => {
    for (const name of ['T.json', 'T.json.gz']) {
      const lease = await storage.lease(name);
      try {
        await expect(forget(await decide())).rejects.toThrow(LeaseHeldError);
      } finally {
        await lease.release();
      }
    }
    expect(await names()).toEqual(whole(1, 2, 3, 4));
  });

  test('a backup that took the name meanwhile stays', async () => {
    await putBackup(storage, { name: 'T.json', startedAt: '2026-11-01T12:00:00Z' });
    const decisions = await decide();
    await putBackup(storage, {
      name: 'T.json',
      startedAt: '2026-11-09T00:00:00Z',
      content: '{"granuleId":{"S":"new"}}\n',
    });
    const { backups } = await forget(decisions);
    expect(backups.filter(({ fate }) => fate === 'not forgotten')).toMatchObject([
      { backup: { kind: 'newest' }, because: expect.stringContaining('another backup by now') },
    ]);
    expect(await names()).toEqual([...whole(3, 4), 'T.json', 'T.json.manifest.json']);
  });

  test('what another run removed meanwhile is not counted on, and the newest stays', async () => {
    const decisions = await decide();
    for (const day of [3, 4]) {
      await storage.remove(nameOf(day));
      await storage.remove(`${nameOf(day)}.manifest.json`);
    }
    const { backups } = await forget(decisions);
    expect(backups.map(({ fate }) => fate)).toEqual(['not forgotten', 'not forgotten']);
    expect(await names()).toEqual(whole(1, 2));
  });

  test('two runs at once with rules that contradict remove no backup that both keep, and leave the leases free', async () => {
    const runs = [{ last: 1 }, { last: 3 }].map(async (by) =>
      forgetBackups({ location, s3, table: 'T', rules: by, decisions: await decide(by) }).catch((error: unknown) => {
        if (!(error instanceof LeaseHeldError)) throw error;
      }),
    );
    await Promise.all(runs);
    expect(await names()).toEqual(expect.arrayContaining([...whole(4)]));
    expect((await names()).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  test('an interruption leaves whole backups, and says how many are forgotten', async () => {
    const interruption = new AbortController();
    interruption.abort();
    await expect(forget(await decide(), interruption.signal)).rejects.toThrow(InterruptedError);
    expect(await names()).toEqual(whole(1, 2, 3, 4));
  });
}
