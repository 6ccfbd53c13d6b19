import { createRequire } from 'node:module';

// Its types are those that `require` gives; `import` gives another shape.
const require = createRequire(import.meta.url);
const { default: TestSequencer } = require('@jest/test-sequencer') as typeof import('@jest/test-sequencer');

type Tests = Parameters<InstanceType<typeof TestSequencer>['sort']>[0];

/** Seconds of the files that take long, where no earlier run has measured them. Kept by hand; about is enough. */
export const LONG_FILES: Readonly<Record<string, number>> = {
  'test-e2e/test/api/schemathesis.test.ts': 70,
  'packages/models/test/counts/counts.test.ts': 66,
  'test-e2e/test/api/logs-command.test.ts': 56,
  'test-e2e/test/api/existing-clients.test.ts': 54,
  'test-e2e/test/campaign/campaign.test.ts': 50,
  'test-e2e/test/browser/dashboard.test.ts': 45,
  'test-e2e/test/terraform/workflow-events.test.ts': 44,
  'test-e2e/test/packed/packed.test.ts': 42,
  'test-e2e/test/events/interleaved.test.ts': 40,
  'packages/models/test/counts/faults.test.ts': 43,
  'packages/demo/test/backup-story.test.ts': 39,
  'test-e2e/test/events/failed-step.test.ts': 33,
  'packages/models/test/lists/search.test.ts': 31,
  'test-e2e/test/api/serve.test.ts': 31,
  'packages/cli/test/commands/counts.test.ts': 28,
  'packages/cli/test/commands/users.test.ts': 25,
  'test-e2e/test/interrupted/killed-commit.test.ts': 25,
  'test-e2e/test/recovery/runbook.test.ts': 25,
};

/** Has jest begin with what takes longest, so that its workers end together: by the last run's times, else by those above. */
export default class LongestFirst extends TestSequencer {
  override async sort(tests: Tests): Promise<Tests> {
    // Where neither is known the larger file goes first, as jest has it.
    return [...(await super.sort(tests))].sort((one, other) => secondsOf(other) - secondsOf(one));
  }
}

function secondsOf({ path, duration }: Tests[number]): number {
  if (duration !== undefined) return duration / 1000;
  const [, seconds = 0] = Object.entries(LONG_FILES).find(([file]) => path.endsWith(`/${file}`)) ?? [];
  return seconds;
}
