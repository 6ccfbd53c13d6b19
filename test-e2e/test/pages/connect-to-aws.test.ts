import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { describePage } from './describe-page.ts';
import { makeDeployment } from './make-deployment.ts';
import { Operator } from './operator.ts';

describeUnless(await whyNoMoto(), 'pages on tables and how to reach them', () => {
  const moto = ownMoto();
  const operator = (): Promise<Operator> => Operator.at(moto.folder, moto.environment);

  describePage('docs/how-to/create-tables.md', { operator });

  describePage('docs/how-to/connect-to-aws.md', {
    operator: async () => {
      await makeDeployment(moto);
      return operator();
    },
    steps: {
      '--profile operations': {
        before: () => writeFile(join(moto.folder, 'config'), '[profile operations]\nregion = us-east-1\n'),
        get environment() {
          return { AWS_CONFIG_FILE: join(moto.folder, 'config') };
        },
      },
    },
  });
});
