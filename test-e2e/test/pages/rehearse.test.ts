import { join } from 'node:path';
import { listArchive } from '@cumulus/dynamodb/archive';
import { describeUnless, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { cumulusApiResult } from '../kit/command.ts';
import { describePage } from './describe-page.ts';
import { makeDeployment } from './make-deployment.ts';
import { Operator } from './operator.ts';
import { ownRecovery } from './own-recovery.ts';

/** moto restores a table as it is at the request; the times of restores are the proxy's. */
describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws', 'jq')), 'the page on rehearsals', () => {
  const moto = ownMoto();
  const recovery = ownRecovery(moto);
  let operator: Promise<Operator> | undefined;

  async function deploy(): Promise<Operator> {
    const environment = await recovery.start();
    await makeDeployment(moto);
    return Operator.at(moto.folder, environment);
  }

  /** The second of the base counts as archived once the next run finds no change of it. */
  async function archiveRules({ folder }: Operator): Promise<void> {
    const archive = join(folder, 'my-archive');
    const isRestorable = async (): Promise<boolean> =>
      (await listArchive(archive).catch(() => [])).some(({ restorable }) => restorable.length > 0);
    while (!(await isRestorable())) {
      await cumulusApiResult(
        ['archive', 'follow', '--table', 'prod-RulesTable', '--to', archive, '--once', '--settle', '1s'],
        moto,
      );
    }
  }

  describePage('docs/how-to/rehearse.md', {
    operator: () => {
      operator ??= deploy();
      return operator;
    },
    timeout: 180_000,
    steps: {
      '--from archive': { before: archiveRules },
      'aws dynamodb list-tables': {
        after: async () => {
          expect((await moto.tables()).filter((name) => name.includes('-rehearsal-'))).toEqual([]);
        },
      },
    },
  });
});
