import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { seededRandom } from '../kit/faults/random.ts';
import { OF_S3, refused } from '../kit/faults/refused.ts';
import { granules } from '../kit/granules.ts';
import { exportFiles } from './export-fixture.ts';

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'backups in S3', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let url: string;

  beforeAll(async () => {
    table = await tables.create(granules(70));
    const { environment } = bucket;
    await cumulusApiResult(['backup', '--table', table, '--to', bucket.url('b'), '--gzip'], { environment });
    url = bucket.url(`b/${table}.json.gz`);
  }, 60_000);

  const run = (...args: string[]) => cumulusApi(args, { environment: bucket.environment });

  test('are searched, shown, and compared with files and tables', async () => {
    const found = await run(
      'backups',
      'find',
      url,
      '--where',
      'collectionId=MOD09GQ___3',
      '--where',
      'files.1.size<20000',
    );
    expect(found.code).toBe(0);
    expect(found.stdout.trim().split('\n')).toHaveLength(3);
    expect(found.stderr).toContain(`${url}: 3 of 70 items\n  as its manifest says\n`);
    const { stdout } = await run('backups', 'cat', url, '--key', 'granuleId=MOD09GQ.A0000042', '--typed');
    expect(JSON.parse(stdout)).toEqual(granules(1, 42)[0]);
    const local = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    expect(await run('backups', 'diff', url, local.file)).toMatchObject({ code: 0 });
    expect(await run('backups', 'diff', url, '--table', table)).toMatchObject({ code: 0 });
  });

  test('give back a part, by keys that are in S3 too, also where S3 refuses requests for a while', async () => {
    const { stdout } = await run('backups', 'find', url, '--where', 'status=failed');
    await bucket.put('keys.jsonl', Buffer.from(stdout));
    const target = await tables.create();
    await withFaults(
      [refused(0.3, seededRandom(), OF_S3)],
      async (proxy) => {
        const args = ['restore', url, '--table', target, '--keys', bucket.url('keys.jsonl'), '--verify'];
        expect(await cumulusApiResult(args, { environment: proxy.environmentOfS3 })).toMatchObject({
          ...{ chosen: 23, items: 23, lines: 70, proved: true },
          verified: { equal: true, same: 23 },
        });
      },
      moto.endpoint,
    );
    expect(await itemsOf(target)).toHaveLength(23);
  });
});

describe('an export of DynamoDB', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test('is searched, compared, and gives back a part', async () => {
    const exported = join(folder, 'AWSDynamoDB/01693685827463-2d8752fd');
    for (const [name, content] of exportFiles([granules(50), [], granules(20, 50)])) {
      await mkdir(dirname(join(exported, name)), { recursive: true });
      await writeFile(join(exported, name), content);
    }
    const { stdout, stderr } = await cumulusApi(['backups', 'find', exported, '--where', 'status=failed']);
    expect(stdout.trim().split('\n')).toHaveLength(23);
    expect(stderr).toContain(`${exported}: 23 of 70 items\n  as its manifest says\n`);
    const table = await tables.create(granules(69));
    const differs = await cumulusApi(['backups', 'diff', exported, '--table', table]);
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/only in A: granuleId "MOD09GQ.A0000069" \(.*2\.json\.gz, line 20\)/);
    const args = ['restore', exported, '--table', table, '--where', 'granuleId=MOD09GQ.A0000069', '--skip-existing'];
    expect(await cumulusApiResult(args)).toMatchObject({ chosen: 1, items: 1, proved: true });
    expect(await cumulusApi(['backups', 'diff', exported, '--table', table])).toMatchObject({ code: 0 });
  });
});

describe('backups that are larger than the memory', () => {
  const folder = ownFolder();
  const tables = ownTables();
  /** Megabytes that a command may have for its values; the file has several times as much. */
  const nodeOptions = ['--max-old-space-size=40'];
  const ITEMS = 60_000;

  /** Files without a manifest: each line is checked, and those of the same key are found. */
  async function write(name: string, first: number): Promise<string> {
    const file = join(folder, name);
    const lines: string[] = [];
    for (let number = first; number < first + ITEMS; number += 1000) {
      lines.push(
        granules(1000, number)
          .map((item) => `${JSON.stringify(item)}\n`)
          .join(''),
      );
    }
    await writeFile(file, lines);
    return file;
  }

  test('are searched, compared and restored in part within that memory', async () => {
    const a = await write('a-GranulesTable.json', 0);
    const b = await write('b-GranulesTable.json', 10);
    const find = ['backups', 'find', a, '--where', 'granuleId=MOD09GQ.A0000042'];
    expect(await cumulusApi(find, { nodeOptions })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/0000042/),
    });
    const list = join(folder, 'list.jsonl');
    const diff = await cumulusApi(['backups', 'diff', a, b, '--list', list, '--json'], { nodeOptions });
    expect(diff).toMatchObject({ code: 1, stderr: expect.stringContaining('0 changed, 10 only in A, 10 only in B') });
    const target = await tables.create();
    const keys = join(folder, 'keys.jsonl');
    const many = Array.from({ length: 300_000 }, (_, number) => `{"granuleId":"MOD09GQ.B${number}"}\n`);
    await writeFile(keys, [...many, '{"granuleId":"MOD09GQ.A0000042"}\n'].join(''));
    const part = await cumulusApi(['restore', a, '--table', target, '--keys', keys], { nodeOptions });
    expect(part.code).toBe(1);
    expect(part.stderr).toContain('lacks 300,000 keys that were to be restored');
    expect(await itemsOf(target)).toEqual(granules(1, 42));
  }, 240_000);
});
