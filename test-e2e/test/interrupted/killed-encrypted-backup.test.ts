import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApiResult, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = 600;
const SEGMENTS = 48;

/** Made for this test. */
const RECIPIENT = 'age1zj207wgmdlhuefqhlh4440h07frqg4a2yl2hsk4s7ky48gnr64jqlk970r';

/** In every item. */
const MARKER = 'MOD09GQ';

describe('an encrypted backup that is killed', () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
  });

  test('leaves no plain item on the disk, and the next run begins again, and leaves nothing of it', async () => {
    const directory = join(folder, 'backups');
    const backup = ['backup', '--table', table, '--segments', String(SEGMENTS), '--directory'];
    const plain = await cumulusApiResult<{ file: string }>([...backup, join(folder, 'plain')]);
    expect(readFileSync(plain.file, 'latin1')).toContain(MARKER);
    const encrypted = [...backup, directory, '--recipient', RECIPIENT];
    let partial = 0;
    for (const calls of [10, 25, 40]) {
      await withFaults([slow('Scan', 200)], async (proxy) => {
        const running = start(encrypted, proxy);
        void proxy.reached(calls).then(() => running.process.kill('SIGKILL'));
        expect((await running.ended).signal).toBe('SIGKILL');
      });
      const names = existsSync(directory) ? readdirSync(directory) : [];
      partial += names.filter((name) => name.includes('.partial')).length;
      for (const name of names) expect(readFileSync(join(directory, name), 'latin1')).not.toContain(MARKER);
    }
    expect(partial).toBeGreaterThan(0);
    const file = join(directory, `${table}.json.age`);
    expect(await cumulusApiResult(encrypted)).toMatchObject({ file, items: ITEMS, resumed: false });
    expect(readdirSync(directory).sort()).toEqual([`${table}.json.age`, `${table}.json.age.manifest.json`]);
    expect(await cumulusApiResult(['verify', file])).toMatchObject({ proved: true, items: ITEMS });
  }, 120_000);
});
