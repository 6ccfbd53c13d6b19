import { ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = 500;

describe('two backups into the same place at once', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test('leave one whole backup: one may give way, and says to whom', async () => {
    const table = await tables.create(granules(ITEMS));
    const args = ['backup', '--table', table, '--directory', folder, '--segments', '40'];
    const { file } = await cumulusApiResult<{ file: string }>(args);
    const before = await linesOf(file);
    await withFaults([slow('Scan', 500)], async (proxy) => {
      const ended = await Promise.all([cumulusApi(args, proxy), cumulusApi(args, proxy)]);
      const [winner, loser] = ended.sort((a, b) => (a.code ?? 9) - (b.code ?? 9));
      expect(winner?.code).toBe(0);
      expect(loser).toMatchObject({ code: 1, stdout: '' });
      expect(loser?.stderr).toContain(`${file} is being written already`);
    });
    expect(await cumulusApi(['verify', file, '--table', table])).toMatchObject({ code: 0 });
    expect(await linesOf(file)).toEqual(before);
  });

  test('are no matter where one is gzipped and the other not: they do not share a file', async () => {
    const table = await tables.create(granules(ITEMS));
    const args = ['backup', '--table', table, '--directory', folder];
    const ended = await Promise.all([cumulusApi(args), cumulusApi([...args, '--gzip'])]);
    expect(ended).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const suffix of ['', '.gz']) {
      const file = `${folder}/${table}.json${suffix}`;
      expect(await cumulusApi(['verify', file, '--table', table])).toMatchObject({ code: 0 });
    }
  });
});
