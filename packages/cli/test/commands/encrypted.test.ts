import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** Made for this test. */
const RECIPIENT = 'age1zj207wgmdlhuefqhlh4440h07frqg4a2yl2hsk4s7ky48gnr64jqlk970r';
const SECRET = 'AGE-SECRET-KEY-1PNN0FG94R4HMJ368SQWTTTU6R9USDWSDVS29PGSK6DP4HRPTH4YS96RPLH';
const OTHER_SECRET = 'AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33';

let [key, otherKey] = ['', ''];

/** A file that only its owner reads. */
function keyFile(name: string, text: string): string {
  const path = scratch.path(name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

beforeEach(() => {
  key = keyFile('key.txt', `# created for a test\n${SECRET}\n`);
  otherKey = keyFile('other.txt', OTHER_SECRET);
});

describe('a backup to --recipient', () => {
  test('is read by every command that has --identity, and the secret key is in no output', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const made = await cumulusApiJson([
      ...['backup', '--table', table, '--directory', scratch.path('b'), '--gzip', '--verify', '--recipient', RECIPIENT],
    ]);
    const file = scratch.path(`b/${table}.json.gz.age`);
    expect(made).toMatchObject({ code: 0, result: { file, items: 3, recipients: [RECIPIENT], proved: true } });
    const target = await scratch.table(scratch.prefix(), 'GranulesTable');
    for (const line of [
      ['verify', file],
      ['restore', file, '--table', target, '--verify'],
      ['verify', file, '--table', target],
      ['backups', 'find', file, '--where', 'granuleId=*'],
      ['backups', 'cat', file, '--key', 'granuleId=granule-1'],
      ['backups', 'diff', file, '--table', target],
      ['executions', 'payloads', file],
    ]) {
      const { code, stdout, stderr } = await cumulusApi([...line, '--identity', otherKey, key]);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: expect.any(String) });
      expect(stdout + stderr).not.toContain('AGE-SECRET-KEY');
      if (line.length === 2) continue;
      for (const keys of [[], ['--identity', otherKey]]) {
        const failed = await cumulusApi([...line, ...keys]);
        expect(failed.code).toBe(1);
        expect(failed.stderr).toContain('--identity FILE');
        expect(failed.stderr).toContain(RECIPIENT);
        expect(failed.stderr).not.toContain('AGE-SECRET-KEY');
      }
    }
    const { stdout } = await cumulusApi(['backups', 'show', file]);
    expect(stdout).toContain(`encrypted to ${RECIPIENT}`);
  });

  test('is proved as it is stored without a key, which verify says', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory, '--recipient', RECIPIENT]);
    const file = scratch.path(`${table}.json.age`);
    const { code, stdout } = await cumulusApi(['verify', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('not opened: --identity FILE opens it');
    expect((await cumulusApiJson(['verify', file])).result).toMatchObject({ opened: false, proved: true, items: 3 });
    expect((await cumulusApiJson(['verify', file, '--identity', key])).result).toMatchObject({ opened: null });
  });

  test('is not begun for what is no public key, a secret one above all, and does not go with --resume', async () => {
    const directory = scratch.path('b');
    const line = ['backup', '--table', 'prod-AbsentTable', '--directory', directory];
    for (const recipient of ['age1abc', SECRET, SECRET.toLowerCase()]) {
      const { code, stdout, stderr } = await cumulusApi([...line, '--recipient', recipient]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/no public key of age|secret key of age, not the public one/);
      expect((stdout + stderr).toUpperCase()).not.toContain(SECRET);
    }
    const { code, stderr } = await cumulusApi([...line, '--recipient', RECIPIENT, '--resume']);
    expect(code).toBe(2);
    expect(stderr).toContain('--resume does not go with --recipient');
    expect(readdirSync(scratch.directory).sort()).toEqual(['key.txt', 'other.txt']);
  });
});

describe('a file of --identity', () => {
  const FILE = 'plain.json';

  test.each([
    ['that is missing', undefined, 'no such file'],
    ['without a key', '# nothing\n', 'has no secret key of age'],
    ['with half a key', `${SECRET.slice(0, 40)}\n`, 'line 1: not a secret key of age'],
    ['with a public key', `# a\n${RECIPIENT}\n`, 'line 2: not a secret key of age'],
    [
      'with a key of ssh',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9u\n',
      'a key of another tool',
    ],
    ['that is encrypted', 'age-encryption.org/v1\n-> scrypt', 'encrypted itself'],
  ])('%s is an error before anything is read, without what is in it', async (_, content, problem) => {
    writeFileSync(scratch.path(FILE), '{"granuleId":{"S":"a"}}\n');
    const path = content === undefined ? scratch.path('none') : keyFile('bad.txt', content);
    const { code, stdout, stderr } = await cumulusApi(['verify', scratch.path(FILE), '--identity', path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('KEY-1');
    expect(stderr).not.toContain('b3Blb');
  });

  test('that others may read is a warning', async () => {
    writeFileSync(scratch.path(FILE), '{"granuleId":{"S":"a"}}\n');
    chmodSync(key, 0o644);
    const { code, stderr } = await cumulusApi(['verify', scratch.path(FILE), '--identity', key]);
    expect(code).toBe(0);
    expect(stderr).toContain(`chmod 600 ${key}`);
    expect(readFileSync(key, 'utf8')).toContain(SECRET);
    chmodSync(key, 0o600);
    expect((await cumulusApi(['verify', scratch.path(FILE), '--identity', key])).stderr).toBe('');
  });
});
