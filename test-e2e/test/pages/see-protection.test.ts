import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateContinuousBackupsCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';
import { describePage } from './describe-page.ts';
import { makeDeployment } from './make-deployment.ts';
import { Operator } from './operator.ts';

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('jq')), 'the page on protection', () => {
  const moto = ownMoto();

  /** A deployment that is protected, but for one table. */
  async function deployed(): Promise<Operator> {
    await makeDeployment(moto);
    for (const TableName of await moto.tables())
      await moto.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    await moto.client.send(
      new UpdateContinuousBackupsCommand({
        TableName: 'prod-PdrsTable',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      }),
    );
    const directory = join(moto.folder, 'backups');
    await cumulusApiResults(['backup', '--prefix', 'prod', '--directory', directory, '--verify'], moto);
    return Operator.at(moto.folder, moto.environment);
  }

  describePage('docs/how-to/see-protection.md', {
    operator: deployed,
    languages: {
      json: async ({ text }) => writeFile(join(moto.folder, 'policy.json'), text),
    },
    steps: {
      'cumulus-api status --prefix prod --backups backups': { code: 1 },
      'cumulus-api pitr enable': { code: 3 },
      '--json --quiet': { code: 3 },
      '--html': {
        after: async () => {
          expect(await readFile(join(moto.folder, 'protection.html'), 'utf8')).toMatch(/^<!doctype html>/i);
        },
      },
    },
  });
});
