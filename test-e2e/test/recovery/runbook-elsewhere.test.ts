import { describeUnless, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import type { TESTED } from './runbook.ts';
import { describeSituations, runAll } from './runbook-situations.ts';

describeUnless(await whyNoMoto(), 'the runbook, beyond the account and beforehand', () => {
  describeSituations<(typeof TESTED.elsewhere)[number]>({
    'An account was lost': async (blocks, situation) => {
      await runAll(blocks, situation);
      const { length } = await itemsOf('prod-GranulesTable', situation.moto.client);
      expect(await itemsOf('next-GranulesTable', situation.moto.client)).toHaveLength(length);
    },

    'Moving a deployment to another account or region': async (blocks, { operator, moto }) => {
      const [exporting = '', importing = '', ...others] = blocks;
      expect(others).toEqual([]);
      const [folder] = /s3:\S+\/AWSDynamoDB\/\S+/.exec(await operator.run(exporting)) ?? [];
      await operator.run(importing, { known: { EXPORT: String(folder) } });
      const { length } = await itemsOf('prod-GranulesTable', moto.client);
      expect(await itemsOf('next-GranulesTable', moto.client)).toHaveLength(length);
    },

    'Keeping seven years of backups': async (blocks, situation) => {
      expect(await runAll(blocks, situation)).toContain('prod-UsersTable: 0 deleted, 1 kept');
    },

    'A yearly rehearsal': async (blocks, situation) => {
      expect(await runAll(blocks, situation)).toContain('would get 0 additions, 0 changes and 0 deletions');
    },
  });
});
