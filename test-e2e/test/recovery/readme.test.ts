import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { atOperator, makeDeployment } from './runbook-situations.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const [, BLOCK = ''] = /```bash\n(cumulus-api backup .*?)```/s.exec(README) ?? [];

describeUnless(await whyNoMoto(), 'the README', () => {
  const moto = ownMoto();

  test('its block for operators runs, line by line in its order', async () => {
    await makeDeployment(moto);
    const lines = BLOCK.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(6);
    await atOperator(moto, async ({ operator }) => {
      for (const line of lines) await operator.run(line);
    });
    const [before, after] = [
      await itemsOf('prod-GranulesTable', moto.client),
      await itemsOf('new-GranulesTable', moto.client),
    ];
    expect(after).toHaveLength(before.length);
    expect(before.length).toBeGreaterThan(0);
    expect(await readdir(join(moto.folder, 'backups'))).toEqual(
      expect.arrayContaining(['prod-GranulesTable.json', 'prod-GranulesTable.json.gz']),
    );
    expect(await moto.tables()).toEqual(
      expect.arrayContaining(['new-RecordCountsTable', 'prod-GranulesTable-recovered', 'prod-GranulesTable-restored']),
    );
  }, 120_000);
});
