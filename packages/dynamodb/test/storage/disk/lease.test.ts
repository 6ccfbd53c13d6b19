import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describeUnless } from '@cumulus/test-kit';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DiskLease } from '../../../src/storage/disk/lease.ts';
import { LeaseHeldError } from '../../../src/storage/errors.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lease-test-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('one writer at a time has the lease, and the next gets it once it is released', async () => {
  const file = join(directory, 'T.json');
  const first = await DiskLease.take(file);
  await expect(DiskLease.take(file)).rejects.toThrow(LeaseHeldError);
  await first.release();
  await (await DiskLease.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('of many that come at the same instant never do two go on', async () => {
  const file = join(directory, 'T.json');
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => DiskLease.take(file)));
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

test('a lease that was given back, and could not be removed, does not stand in the way of its process', async () => {
  const file = join(directory, 'T.json');
  const lease = await DiskLease.take(file);
  const path = join(directory, readdirSync(directory)[0] ?? '');
  const content = readFileSync(path);
  // What cannot be removed as a file.
  rmSync(path);
  mkdirSync(path);
  await expect(lease.release()).rejects.toThrow(path);
  rmdirSync(path);
  writeFileSync(path, content);
  const next = await DiskLease.take(file);
  await expect(DiskLease.take(file)).rejects.toThrow(LeaseHeldError);
  await next.release();
  expect(readdirSync(directory)).toEqual([]);
});

/** Leaves the lease of another process of this machine. */
function leaveLease(file: string, pid: number): void {
  const namespace = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid').replace('pid:', ' ') : '';
  const host = `${hostname()}${namespace}`;
  writeFileSync(`${file}.lock.dead`, JSON.stringify({ host, pid, since: new Date().toISOString() }));
}

test('the lease of a process that was killed stands in nobody’s way', async () => {
  const file = join(directory, 'T.json');
  leaveLease(file, spawnSync(process.execPath, ['-e', '0']).pid);
  await (await DiskLease.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

const whyNoProc = existsSync('/proc/self/stat') ? undefined : 'needs /proc, which Linux has';

describeUnless(whyNoProc, 'the lease of a process whose end nobody took note of, as in a container', () => {
  test('stands in nobody’s way', async () => {
    // The shell becomes a program that waits for none of its children. The child ends with its input, once that is so.
    const parent = spawn('sh', ['-c', 'exec 3<&0; sh -c "read line <&3" & echo $!; exec sleep 60'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      const [output] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(output);
      while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setImmediate();
      parent.stdin.end();
      while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await setImmediate();
      const file = join(directory, 'T.json');
      leaveLease(file, pid);
      await (await DiskLease.take(file)).release();
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

test('a lease that a full disk left empty is abandoned, and stands in nobody’s way', async () => {
  const file = join(directory, 'T.json');
  writeFileSync(`${file}.lock.empty`, '');
  await expect(DiskLease.take(file)).rejects.toThrow(LeaseHeldError);
  utimesSync(`${file}.lock.empty`, new Date(0), new Date(0));
  await (await DiskLease.take(file)).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a holder notices that its lease was taken away', async () => {
  const lease = await DiskLease.take(join(directory, 'T.json'));
  await lease.check();
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  await expect(lease.check()).rejects.toThrow(LeaseHeldError);
});

test('the lease of another machine is respected, and its file is named', async () => {
  const file = join(directory, 'T.json');
  const lease = { host: 'another-machine', pid: 1, since: '2026-01-01T00:00:00.000Z' };
  writeFileSync(`${file}.lock.other`, JSON.stringify(lease));
  await expect(DiskLease.take(file)).rejects.toThrow(
    /process 1 on another-machine[\s\S]*remove .*T\.json\.lock\.other/,
  );
});
