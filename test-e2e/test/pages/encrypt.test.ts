import { ownFolder, whyNoCommands } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const ITEMS = 20;
const folder = ownFolder();
const deployment = ownDeployment({ perTable: ITEMS, made: ['new'] });

describePage('docs/how-to/encrypt.md', {
  unless: await whyNoCommands('age', 'age-keygen'),
  operator: () => Operator.at(folder, deployment.environment),
  steps: {
    '--table new-GranulesTable': {
      after: async () => expect(await itemsOf('new-GranulesTable')).toHaveLength(ITEMS),
    },
    'pdrs.age': {
      after: async () => expect(await itemsOf('new-PdrsTable')).toHaveLength(ITEMS),
    },
  },
});
