import { DeleteItemCommand, DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { withAwsBackup } from './aws-backup-server.ts';
import { makeBackup } from './on-demand-tests.ts';
import { blocksOf, headingsWithBlocks, TESTED } from './runbook.ts';
import { daysLater, describeSituations, runAll, TWO_HOURS_AGO } from './runbook-situations.ts';

describeUnless(await whyNoMoto(), 'the runbook, in the account', () => {
  describeSituations<Exclude<(typeof TESTED.here)[number], 'Copy back'>>({
    'Is everything protected?': async (blocks, situation) => {
      expect(await runAll(blocks, situation)).toContain('prod-GranulesTable: protected');
    },

    'A script wrote nonsense an hour ago': async (blocks, situation) => {
      const { operator, moto } = situation;
      const [recover = '', compare = '', ...others] = blocks;
      expect(others).toEqual([]);
      const before = await itemsOf('prod-GranulesTable', moto.client);
      await operator.run(recover, { known: { AT: TWO_HOURS_AGO } });
      const [first, second] = before.map(({ granuleId }) => granuleId?.S ?? '');
      const TableName = 'prod-GranulesTable';
      await moto.client.send(new DeleteItemCommand({ TableName, Key: { granuleId: { S: first ?? '' } } }));
      await moto.client.send(new PutItemCommand({ TableName, Item: { granuleId: { S: second ?? '' } } }));
      await moto.client.send(new PutItemCommand({ TableName, Item: { granuleId: { S: 'nonsense' } } }));
      expect(await operator.run(compare)).toContain('would get 1 addition, 1 change and 1 deletion');
      const said = await runAll(blocksOf('Copy back'), situation);
      expect(said).toContain('compared again: no difference');
      const byId = (items: typeof before) => new Map(items.map((item) => [item['granuleId']?.S, item]));
      expect(byId(await itemsOf(TableName, moto.client))).toEqual(byId(before));
    },
    'A table was deleted': async (blocks, { operator, onDemand, moto }) => {
      const [list = '', restore = '', ...others] = blocks;
      expect(others).toEqual([]);
      const { length } = await itemsOf('prod-PdrsTable', moto.client);
      const backup = await makeBackup(moto.client, 'prod-PdrsTable', 'prod-PdrsTable$DeletedTableBackup');
      onDemand.alter('prod-PdrsTable$DeletedTableBackup', {
        BackupType: 'SYSTEM',
        BackupExpiryDateTime: daysLater(35),
      });
      await moto.client.send(new DeleteTableCommand({ TableName: 'prod-PdrsTable' }));
      const listed = await operator.run(list);
      expect(listed).toContain('SYSTEM');
      expect(listed).toContain(backup);
      await operator.run(restore, { known: { BACKUP: backup } });
      expect(await itemsOf('prod-PdrsTable', moto.client)).toHaveLength(length);
    },

    'Backups of AWS Backup': async ([list = '', restore = '', ...others], { operator }) => {
      expect(others).toEqual([]);
      const RecoveryPointArn = 'arn:aws:backup:us-east-1:123456789012:recovery-point:1ebf7f5c';
      const ResourceArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable';
      await withAwsBackup(
        { nightly: [{ RecoveryPointArn, ResourceArn, CreationDate: 1_700_000_000 }] },
        async (aws) => {
          const listed = await operator.run(list, { environment: aws.environment });
          expect(listed).toContain(RecoveryPointArn);
          expect(listed).toContain('vault nightly');
        },
      );
      // AWS's own commands, which no stand-in answers.
      expect(restore.replaceAll(/\\\n\s*/g, '').split('\n')).toEqual([
        expect.stringMatching(/^POINT=arn:aws:backup:/),
        expect.stringMatching(/^ROLE=arn:aws:iam:/),
        expect.stringMatching(/^aws backup start-restore-job /),
        expect.stringMatching(/^aws backup list-restore-jobs /),
      ]);
    },

    'A whole deployment at one instant': async (blocks, situation) => {
      expect(await runAll(blocks, situation)).toContain('prod-recovered-GranulesTable');
    },
  });
});

test('the runbook has no block that is not run', () => {
  expect(new Set(headingsWithBlocks())).toEqual(new Set(Object.values(TESTED).flat()));
});
