import { DeleteItemCommand, DeleteTableCommand, PutItemCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownBucket, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { type Item, itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { type AwsBackupServer, withAwsBackup } from '../recovery/aws-backup-server.ts';
import { makeBackup } from '../recovery/on-demand-tests.ts';
import { whyNoTerraform } from '../terraform/available.ts';
import { Deployment } from '../terraform/deployment.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { daysLater, ownRecovery, TWO_HOURS_AGO } from './own-recovery.ts';

const GRANULES = 'prod-GranulesTable';
const PER_TABLE = 5;

describeUnless(await whyNoTerraform(), 'the page on recovery', () => {
  const moto = ownMoto();
  ownBucket(moto, 'archive-elsewhere');
  const recovery = ownRecovery(moto);
  let deployment: Deployment;
  /** The granules before a script wrote nonsense. */
  let before: Item[];
  let systemBackup = '';

  /** A deployment that Terraform made, in whose folder the commands are given. */
  async function deploy(): Promise<Operator> {
    deployment = await Deployment.on(moto, { prefix: 'prod' });
    await deployment.apply();
    await putSampleRecords(moto.client, 'prod', PER_TABLE);
    const operator = await Operator.at(deployment.folder, {
      ...deployment.environment,
      TF_CLI_ARGS: '-no-color',
      ...(await recovery.start()),
    });
    await protectFromDeletion();
    await operator.run(`cumulus-api backup --table ${GRANULES} --verify`);
    await operator.run(`
      cumulus-api backup --prefix prod --to s3://archive-elsewhere/prod --gzip --verify
      cumulus-api rehearse --prefix prod --from backup --backups s3://archive-elsewhere/prod
    `);
    return operator;
  }

  /** The oldest provider of AWS, which this deployment has, does not know the setting. */
  async function protectFromDeletion(DeletionProtectionEnabled = true, tables?: readonly string[]): Promise<void> {
    for (const TableName of tables ?? (await moto.tables()))
      await moto.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
  }

  const byId = (items: readonly Item[]): Map<string | undefined, Item> =>
    new Map(items.map((item) => [item['granuleId']?.S, item]));

  async function damage(): Promise<void> {
    before = await itemsOf(GRANULES, moto.client);
    await writeNonsense();
  }

  async function writeNonsense(): Promise<void> {
    const [first, second] = before.map(({ granuleId }) => granuleId?.S ?? '').sort();
    const { client } = moto;
    await client.send(new DeleteItemCommand({ TableName: GRANULES, Key: { granuleId: { S: first ?? '' } } }));
    await client.send(new PutItemCommand({ TableName: GRANULES, Item: { granuleId: { S: second ?? '' } } }));
    await client.send(new PutItemCommand({ TableName: GRANULES, Item: { granuleId: { S: 'nonsense' } } }));
  }

  /** moto recovers a table as it is now. */
  async function repair(): Promise<void> {
    const { client } = moto;
    await client.send(new DeleteItemCommand({ TableName: GRANULES, Key: { granuleId: { S: 'nonsense' } } }));
    for (const Item of before) await client.send(new PutItemCommand({ TableName: GRANULES, Item }));
  }

  async function deletePdrs(): Promise<void> {
    const name = 'prod-PdrsTable$DeletedTableBackup';
    systemBackup = await makeBackup(moto.client, 'prod-PdrsTable', name);
    recovery.onDemand.alter(name, { BackupType: 'SYSTEM', BackupExpiryDateTime: daysLater(35) });
    await protectFromDeletion(false, ['prod-PdrsTable']);
    await moto.client.send(new DeleteTableCommand({ TableName: 'prod-PdrsTable' }));
  }

  const deleteRecovered = async (): Promise<void> => {
    await protectFromDeletion(false, [`${GRANULES}-recovered`]);
    await moto.client.send(new DeleteTableCommand({ TableName: `${GRANULES}-recovered` }));
  };

  const vaults = {
    nightly: [
      {
        RecoveryPointArn: 'arn:aws:backup:us-east-1:123456789012:recovery-point:1ebf7f5c-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
        ResourceArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${GRANULES}`,
        Status: 'COMPLETED',
        CreationDate: 1_763_870_400,
        BackupSizeInBytes: 52_000,
        CalculatedLifecycle: { DeleteAt: daysLater(35) },
      },
    ],
  };

  describePage('docs/how-to/recover.md', {
    operator: deploy,
    notRun: { 'aws backup start-restore-job': 'no stand-in has the restores of AWS Backup' },
    steps: {
      'cumulus-api backups diff': { before: damage, code: 1 },
      '--overwrite --verify': {
        after: async () => {
          const restored = byId(await itemsOf(GRANULES, moto.client));
          for (const [id, item] of byId(before)) {
            if (item['collectionId']?.S === 'MOD09GQ___003') expect(restored.get(id)).toEqual(item);
          }
          expect(restored.has('nonsense')).toBe(true);
        },
      },
      '--to prod-GranulesTable-recovered --at $AT': {
        known: { AT: TWO_HOURS_AGO },
        before: repair,
        after: writeNonsense,
      },
      '--from pitr --tables GranulesTable': { before: () => recovery.reachUntilNow([GRANULES]) },
      'rehearse --prefix prod --from pitr --backups': {
        before: async () => recovery.reachUntilNow(await moto.tables()),
      },
      'cumulus-api on-demand list --table prod-PdrsTable': { before: deletePdrs },
      'cumulus-api on-demand restore': {
        get known() {
          return { BACKUP: systemBackup };
        },
        after: async () => expect(await itemsOf('prod-PdrsTable', moto.client)).toHaveLength(PER_TABLE),
      },
      '--to-prefix prod-recovered': { known: { AT: TWO_HOURS_AGO } },
      '--table prod-GranulesTable-recovered --create-table': { before: deleteRecovered },
      '--type aws-backup': {
        run: ({ text }, operator) =>
          withAwsBackup(vaults, async ({ environment }: AwsBackupServer) => {
            const { shown } = await operator.show(text, { environment });
            return shown;
          }),
      },
      'cumulus-api restore --directory s3://archive-elsewhere/prod': {
        after: async () => expect(byId(await itemsOf('next-GranulesTable', moto.client))).toEqual(byId(before)),
      },
      'cumulus-api copy --from prod-GranulesTable-recovered --to prod-GranulesTable --verify': {
        after: async () => expect(byId(await itemsOf(GRANULES, moto.client))).toEqual(byId(before)),
      },
      'cumulus-api adopt': {
        after: (said) => {
          for (const command of ['terraform state rm', 'terraform import']) expect(said).toContain(command);
        },
      },
      'terraform apply plan': {
        after: async () => {
          const tables = await deployment.output<Record<string, { name: string }>>('dynamo_tables');
          expect(tables['granules']?.name).toBe(`${GRANULES}-recovered`);
          const streams = await deployment.output<Record<string, string>>('dynamo_stream_arns');
          expect(streams['granules']).toContain(`table/${GRANULES}-recovered/stream/`);
          // What was kept of the table before is still to be had.
          const policy = await deployment.output<string>('recovery_policy');
          for (const table of [GRANULES, `${GRANULES}-recovered`]) expect(policy).toContain(`:table/${table}/*"`);
        },
      },
      // A table that a backup brought back has no deletion protection.
      'cumulus-api backup --prefix prod --to': { before: () => protectFromDeletion() },
      'aws dynamodb delete-table': {
        after: async () => expect(await moto.tables()).not.toContain(`${GRANULES}-recovered`),
      },
    },
    timeout: 120_000,
  });
});
