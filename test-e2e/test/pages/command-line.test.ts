import { ownFolder } from '@cumulus/test-kit';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';

const folder = ownFolder();

describePage('docs/how-to/command-line.md', {
  operator: () => Operator.at(folder, {}),
  notRun: { '"max-read-units": 500': 'packages/cli/test/config/config.test.ts' },
});
