import { createRequire } from 'node:module';

// Its types are those that `require` gives; `import` gives another shape.
const require = createRequire(import.meta.url);
const { default: TestSequencer } = require('@jest/test-sequencer') as typeof import('@jest/test-sequencer');

type Tests = Parameters<InstanceType<typeof TestSequencer>['sort']>[0];

/** Seconds of the files that take long, where no earlier run has measured them. Kept by hand; about is enough. */
export const LONG_FILES: Readonly<Record<string, number>> = {
  'test-e2e/test/pages/recover.test.ts': 150,
  'test-e2e/test/browser/docs-site.test.ts': 110,
  'test-e2e/test/terraform/metadata-api.test.ts': 100,
  'test-e2e/test/terraform/scheduled-backup.test.ts': 100,
  'test-e2e/test/terraform/archive-changes.test.ts': 60,
  'test-e2e/test/pages/prepare.test.ts': 80,
  'test-e2e/test/interrupted/killed-rehearsal.test.ts': 74,
  'test-e2e/test/recovery/rehearse.test.ts': 72,
  'test-e2e/test/campaign/campaign.test.ts': 60,
  'test-e2e/test/terraform/newest-provider.test.ts': 58,
  'test-e2e/test/packed/packed.test.ts': 55,
  'test-e2e/test/api/schemathesis.test.ts': 43,
  'packages/cli/test/commands/archive/restore-archive.test.ts': 40,
  'test-e2e/test/interrupted/killed-part.test.ts': 40,
  'test-e2e/test/pages/archive-changes.test.ts': 40,
  'test-e2e/test/files/follow-faults.test.ts': 40,
  'test-e2e/test/recovery/look-into-backups.test.ts': 40,
  'test-e2e/test/recovery/pitr-restore.test.ts': 40,
  'test-e2e/test/events/interleaved.test.ts': 40,
  'packages/dynamodb/test/archive/follow.test.ts': 28,
  'packages/dynamodb/test/archive/follow-failures.test.ts': 30,
  'packages/dynamodb/test/archive/archive-batch.test.ts': 38,
  'packages/dynamodb/test/archive/verify-archive.test.ts': 38,
  'packages/dynamodb/test/recovery/follow-exports/follow-by-export.test.ts': 35,
  'packages/dynamodb/test/archive/restore-at.test.ts': 38,
  'packages/dynamodb/test/archive/killed.test.ts': 42,
  'packages/dynamodb/test/archive/times.test.ts': 30,
  'packages/dynamodb/test/archive/prune.test.ts': 45,
  'packages/dynamodb/test/archive/memory.test.ts': 25,
  'packages/dynamodb/test/archive/in-s3.test.ts': 22,
  'packages/demo/test/backup-story.test.ts': 38,
  'test-e2e/test/packed/image.test.ts': 38,
  'test-e2e/test/browser/dashboard.test.ts': 37,
  'test-e2e/test/browser/protection-page.test.ts': 35,
  'test-e2e/test/browser/protection-login.test.ts': 30,
  'test-e2e/test/answers/disturbed-endpoint.test.ts': 35,
  'test-e2e/test/recovery/s3-backup.test.ts': 35,
  'test-e2e/test/recovery/s3-killed-forget.test.ts': 45,
  'test-e2e/test/interrupted/killed-forget.test.ts': 30,
  'test-e2e/test/interrupted/killed-dated-backup.test.ts': 30,
  'test-e2e/test/recovery/status.test.ts': 25,
  'test-e2e/test/recovery/pitr-deployment.test.ts': 34,
  'test-e2e/test/pages/terraform-modules.test.ts': 41,
  'test-e2e/test/pages/deploy.test.ts': 45,
  'test-e2e/test/pages/move-over.test.ts': 45,
  'test-e2e/test/events/failed-step.test.ts': 29,
  'packages/cli/test/commands/archive/read-archive.test.ts': 35,
  'packages/cli/test/commands/counts.test.ts': 29,
  'packages/cli/test/commands/archive-follow.test.ts': 25,
  'test-e2e/test/terraform/module.test.ts': 29,
  'test-e2e/test/recovery/copy.test.ts': 27,
  'packages/api/test/rules/crashes.test.ts': 27,
  'packages/api/test/granules/move-granule.test.ts': 27,
  'packages/api/test/bulk/bulk-granules.test.ts': 26,
  'test-e2e/test/api/requests-tsv.test.ts': 26,
  'test-e2e/test/api/logs-command.test.ts': 26,
  'test-e2e/test/terraform/changes.test.ts': 25,
  'test-e2e/test/pages/rehearse.test.ts': 43,
  'packages/dynamodb/test/rehearsal/rehearse-backup.test.ts': 25,
  'packages/dynamodb/test/rehearsal/prove-by-live-table.test.ts': 24,
  'test-e2e/test/tables/executions-clean.test.ts': 23,
  'test-e2e/test/api/contract.test.ts': 23,
  'packages/cli/test/commands/backup.test.ts': 23,
  'test-e2e/test/terraform/whole-promise.test.ts': 23,
  'test-e2e/test/api/workflows.test.ts': 22,
  'test-e2e/test/files/restore-faults.test.ts': 22,
  'test-e2e/test/recovery/on-demand-create.test.ts': 21,
  'test-e2e/test/api/serve.test.ts': 20,
  'test-e2e/test/terraform/adopt.test.ts': 20,
  'test-e2e/test/recovery/s3-wrong-answers.test.ts': 19,
  'test-e2e/test/recovery/s3-killed-backup.test.ts': 19,
  'test-e2e/test/api/existing-clients.test.ts': 18,
  'test-e2e/test/terraform/older-deployment.test.ts': 18,
  'test-e2e/test/interrupted/killed-commit.test.ts': 18,
  'test-e2e/test/terraform/policies.test.ts': 18,
  'packages/models/test/counts/counts.test.ts': 17,
  'test-e2e/test/recovery/import.test.ts': 17,
  'test-e2e/test/interrupted/killed-backup.test.ts': 17,
  'packages/api/test/rules/rule-functions.test.ts': 17,
  'packages/cli/test/parse.test.ts': 16,
  'packages/dynamodb/test/backup/restore/restore.test.ts': 16,
  'packages/api/test/auth/launchpad/launchpad.test.ts': 16,
  'packages/models/test/lists/search.test.ts': 16,
  'packages/models/test/recording/lasting-fields.test.ts': 16,
  'test-e2e/test/recovery/export.test.ts': 16,
  'packages/api/test/operations/operations.test.ts': 16,
  'test-e2e/test/interrupted/killed-restore.test.ts': 15,
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
