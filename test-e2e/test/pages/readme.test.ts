import { ownFolder } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { BUILT_BEFORE } from './built-before.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const folder = ownFolder();
const deployment = ownDeployment();

describePage('README.md', {
  operator: () => Operator.at(folder, deployment.environment),
  steps: {
    'cumulus-api backup --prefix prod': {
      after: async () => {
        const [before, after] = [await itemsOf('prod-GranulesTable'), await itemsOf('prod-GranulesTable-restored')];
        expect(before.length).toBeGreaterThan(0);
        expect(after).toHaveLength(before.length);
      },
    },
    'cumulus-api rehearse': {
      // DynamoDB Local has no point-in-time recovery, so status ends with 1.
      run: async ({ text }, reader) => {
        const { code, shown } = await reader.show(text);
        expect({ code, shown }).toEqual({ code: 1, shown });
        expect(shown).toMatch(/^prod: proved, 11 of 11 tables proved, in /m);
        expect(shown).toMatch(/^prod: not protected, /m);
        return shown;
      },
    },
  },
  notRun: {
    'npm install --global ./packages/api': `${BUILT_BEFORE}; the other lines: test-e2e/test/packed/clone.test.ts`,
    'npm ci && npm start': `${BUILT_BEFORE}; what npm start runs: packages/demo/test/backup-story.test.ts`,
    'npm ci && npm test': 'it runs all tests, this one among them',
  },
});
