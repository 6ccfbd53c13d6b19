import { describeUnless, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
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

  describePage('docs/how-to/rehearse.md', {
    operator: () => {
      operator ??= deploy();
      return operator;
    },
    timeout: 180_000,
    steps: {
      'aws dynamodb list-tables': {
        after: async () => {
          expect((await moto.tables()).filter((name) => name.includes('-rehearsal-'))).toEqual([]);
        },
      },
    },
  });
});
