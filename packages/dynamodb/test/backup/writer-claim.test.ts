import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BackupInProgressError } from '../../src/backup/errors.ts';
import { WriterClaim } from '../../src/backup/writer-claim.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claim-test-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('one writer at a time has the claim, and the next gets it once it is released', async () => {
  const file = join(directory, 'T.json');
  const first = await WriterClaim.take(file);
  await expect(WriterClaim.take(file)).rejects.toThrow(BackupInProgressError);
  await first.release();
  await (await WriterClaim.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('of many that come at the same instant never do two go on', async () => {
  const file = join(directory, 'T.json');
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => WriterClaim.take(file)));
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

test('the claim of a process that was killed stands in nobody’s way', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  const namespace = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid').replace('pid:', ' ') : '';
  const host = `${hostname()}${namespace}`;
  const file = join(directory, 'T.json');
  writeFileSync(`${file}.lock.dead`, JSON.stringify({ host, pid, since: new Date().toISOString() }));
  await (await WriterClaim.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a claim that a full disk left empty is abandoned, and stands in nobody’s way', async () => {
  const file = join(directory, 'T.json');
  writeFileSync(`${file}.lock.empty`, '');
  await expect(WriterClaim.take(file)).rejects.toThrow(BackupInProgressError);
  utimesSync(`${file}.lock.empty`, new Date(0), new Date(0));
  await (await WriterClaim.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a holder notices that its claim was taken away', async () => {
  const claim = await WriterClaim.take(join(directory, 'T.json'));
  await claim.check();
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  await expect(claim.check()).rejects.toThrow(BackupInProgressError);
});

test('the claim of another machine is respected, and its file is named', async () => {
  const file = join(directory, 'T.json');
  const claim = { host: 'another-machine', pid: 1, since: '2026-01-01T00:00:00.000Z' };
  writeFileSync(`${file}.lock.other`, JSON.stringify(claim));
  await expect(WriterClaim.take(file)).rejects.toThrow(
    /process 1 on another-machine[\s\S]*remove .*T\.json\.lock\.other/,
  );
});
