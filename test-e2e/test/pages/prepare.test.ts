import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { makeDeployment } from './make-deployment.ts';
import { Operator } from './operator.ts';
import { ownRecovery } from './own-recovery.ts';

describeUnless(await whyNoMoto(), 'pages on what comes before a recovery, and beyond the account', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'archive-elsewhere');
  const recovery = ownRecovery(moto);
  let operator: Promise<Operator> | undefined;

  const deployed = (): Promise<Operator> => {
    operator ??= deploy();
    return operator;
  };

  async function deploy(): Promise<Operator> {
    const environment = await recovery.start();
    await makeDeployment(moto);
    for (const TableName of await moto.tables())
      await moto.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    return Operator.at(moto.folder, environment);
  }

  describePage('docs/how-to/prepare.md', {
    operator: deployed,
    steps: {
      'cumulus-api status': { code: 3 },
      '--from pitr': { before: async () => recovery.reachUntilNow(await moto.tables()) },
    },
  });

  let exported = '';
  describePage('docs/how-to/move-account.md', {
    operator: deployed,
    languages: {
      json: ({ text }) => expect(JSON.parse(text)).toMatchObject({ Statement: expect.anything() }),
    },
    steps: {
      'cumulus-api export': {
        after: async () => {
          const [manifest = ''] = (await bucket.keys()).filter((key) => key.endsWith('/manifest-summary.json'));
          exported = `s3://${bucket.name}/${manifest.slice(0, manifest.lastIndexOf('/'))}`;
        },
      },
      'cumulus-api import': {
        get known() {
          return { EXPORT: exported };
        },
        after: async () => {
          const { length } = await itemsOf('prod-GranulesTable', moto.client);
          expect(await itemsOf('next-GranulesTable', moto.client)).toHaveLength(length);
        },
      },
    },
  });
});
