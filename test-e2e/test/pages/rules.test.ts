import { describePage } from './describe-page.ts';

describePage('docs/reference/rules.md', {
  operator: () => Promise.reject(new Error('Nothing of this page is run here.')),
  notRun: { 'aws lambda add-permission': 'test-e2e/test/terraform/metadata-api.test.ts' },
});
