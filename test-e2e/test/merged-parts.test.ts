import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectProved, linesOf } from './backup-file.ts';
import { cumulusApi, cumulusApiJson, start } from './command.ts';
import { withFaults } from './faults/proxy.ts';
import { slow } from './faults/slow.ts';
import { granules } from './granules.ts';
import { Mount, whyNoMounts } from './mounts.ts';
import { ownFolder } from './own-folder.ts';
import { ownTables } from './own-tables.ts';
import { describeUnless } from './required.ts';

interface Backup {
  readonly file: string;
  readonly items: number;
}

const ITEMS = 600;

describe('a scan that several machines share', () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let parts: string;

  const partOf = (segments: string) => ['backup', '--table', table, '--segments', segments, '--directory', parts];

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    parts = join(folder, 'parts');
  });

  it('is made by machines at once, one of them killed and continued, and merged to a backup equal to the table', async () => {
    const others = Promise.all([
      cumulusApiJson<Backup>(partOf('0-5/24')),
      cumulusApiJson<Backup>(partOf('6/24')),
      cumulusApiJson<Backup>([...partOf('19-23/24')]),
    ]);
    await withFaults([slow('Scan', 150)], async (proxy) => {
      const running = start(partOf('7-18/24'), proxy);
      await proxy.reached(8);
      running.process.kill('SIGKILL');
      await running.ended;
    });
    const incomplete = await others.then(() => cumulusApi(['merge', '--parts', parts, '--table', table]));
    expect(incomplete).toMatchObject({ code: 1, stdout: '' });
    expect(incomplete.stderr).toContain('No part has segments 7-18 of 24');
    const resumed = await cumulusApiJson<Backup>([...partOf('7-18/24'), '--resume']);
    const items = (await others).reduce((sum, part) => sum + part.items, resumed.items);
    expect(items).toBe(ITEMS);

    const merge = ['merge', '--parts', parts, '--table', table, '--directory', join(folder, 'whole')];
    expect(await cumulusApi([...merge, '--dry-run'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('would be merged; each is as its manifest says'),
    });
    const { file } = await cumulusApiJson<Backup>(merge);
    expect(await linesOf(file)).toHaveLength(ITEMS);
    await expectProved(file);
    expect(await cumulusApi(['verify', file, '--table', table])).toMatchObject({ code: 0 });
  });

  it('has parts that are taken for no backup of the whole', async () => {
    const [file = ''] = (await cumulusApi(['merge', '--parts', parts, '--table', table, '--json'])).stdout.split('\n');
    expect(file).toBe('{');
    const part = join(parts, `${table}.part-6-6-of-24.json`);
    const verified = await cumulusApi(['verify', part]);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('a part of a backup: segment 6 of 24') });
    const restore = ['restore', part, '--table', `${table}-part`, '--create-table'];
    const refused = await cumulusApi(restore);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('is a part of a backup: segment 6 of 24');
    expect(await cumulusApi([...restore, '--part'])).toMatchObject({ code: 0 });
    const all = await cumulusApi(['restore', '--directory', parts, '--prefix', 'x']);
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining('There are no backups') });
  });

  it.each(['3-2/8', '0-8/8', '-1/8', 'a/8', '0-1/', '0/2000000'])('takes no segments like %s', async (segments) => {
    const ended = await cumulusApi(['backup', '--table', table, `--segments=${segments}`, '--directory', parts]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--segments takes a number of segments'),
    });
  });

  describeUnless(whyNoMounts(), 'on a disk that gets full', () => {
    it('leaves the earlier backup and the parts, and says how to go on', async () => {
      const disk = Mount.tmpfs('200k');
      try {
        const merge = ['merge', '--parts', parts, '--table', table, '--directory', disk.folder];
        const ended = await cumulusApi(merge);
        expect(ended).toMatchObject({ code: 1, stdout: '' });
        expect(ended.stderr).toMatch(/The merge stopped: .*no space left on the device \(ENOSPC\)/);
        expect(ended.stderr).toContain('the parts are as they were');
        expect(ended.stderr).not.toContain('--resume');
        disk.remount('size=16m');
        const { file } = await cumulusApiJson<Backup>(merge);
        expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(ITEMS);
        await expectProved(file);
      } finally {
        disk.remove();
      }
    });
  });
});
