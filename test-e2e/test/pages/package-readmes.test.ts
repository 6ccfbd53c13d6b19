import { ownFolder } from '@cumulus/test-kit';
import { BUILT_BEFORE } from './built-before.ts';
import { compileTypeScript } from './compile-typescript.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const folder = ownFolder();
const deployment = ownDeployment();
const operator = (): Promise<Operator> => Operator.at(folder, deployment.environment);
const languages = { ts: compileTypeScript };

describePage('packages/api/README.md', {
  operator,
  languages,
  notRun: {
    'npm install --global ./packages/api': `${BUILT_BEFORE}; the other line: test-e2e/test/packed/clone.test.ts`,
  },
});
describePage('packages/cli/README.md', { operator, languages });
describePage('packages/dynamodb/README.md', { operator, languages });
describePage('packages/local/README.md', { operator, languages });
describePage('packages/models/README.md', { operator, languages });
