import { describePage } from './describe-page.ts';

const CAMPAIGN = 'test-e2e/test/campaign/campaign.test.ts';

describePage('docs/explanation/reliability.md', {
  operator: () => Promise.reject(new Error('Nothing of this page is run here.')),
  notRun: { '--faults 1000': CAMPAIGN, '--only 42': CAMPAIGN },
});
