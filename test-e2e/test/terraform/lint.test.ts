import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { describeIfOnPath, isOnPath } from './available.ts';
import { MODULE } from './deployment.ts';

const run = promisify(execFile);

const MODULES = join(MODULE, '..');

/** What checkov finds and is left, why, and in which files of the modules. One that is no longer found has to go. */
const EXCEPTIONS: Readonly<Record<string, { readonly reason: string; readonly files: readonly string[] }>> = {
  CKV_AWS_28: {
    reason:
      'checkov cannot read contains(var.enable_point_in_time_tables, …): eight tables are recoverable unless the deployer says otherwise',
    files: ['data-persistence/dynamo.tf', 'data-persistence-aws5/dynamo.tf'],
  },
  CKV_AWS_26: {
    reason: 'the topic has no messages of the deployment, only what SNS says of deliveries that failed',
    files: ['data-persistence/examples/rules/functions.tf'],
  },
  CKV_AWS_27: {
    reason: 'SQS encrypts new queues with its own key unless another is asked for (SSE-SQS, since 2022)',
    files: [
      'data-persistence/examples/operations/queues.tf',
      'data-persistence/examples/rules/functions.tf',
      'data-persistence/examples/workflow-events/queues.tf',
    ],
  },
  CKV_AWS_124: {
    reason: 'Terraform waits for the stack, and reports its errors',
    files: [
      'data-persistence/examples/operations/functions.tf',
      'data-persistence/examples/rules/functions.tf',
      'data-persistence/examples/workflow-events/functions.tf',
    ],
  },
  CKV_AWS_158: {
    reason: 'CloudWatch Logs encrypts all groups with its own key',
    files: [
      'data-persistence/examples/operations/functions.tf',
      'data-persistence/examples/rules/functions.tf',
      'data-persistence/examples/workflow-events/functions.tf',
    ],
  },
  CKV_AWS_338: {
    reason: 'a year of logs costs more than they are worth here: records and events are kept elsewhere',
    files: [
      'data-persistence/examples/operations/functions.tf',
      'data-persistence/examples/rules/functions.tf',
      'data-persistence/examples/workflow-events/functions.tf',
    ],
  },
};

interface Report {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: { readonly failed_checks: readonly { readonly check_id: string; readonly file_path: string }[] };
}

describeUnless(isOnPath('checkov') ? undefined : 'needs checkov, by .ci/install-checkov', 'checkov', () => {
  test('finds nothing in the modules and their examples but what is left for a reason', async () => {
    const args = ['--directory', MODULES, '--framework', 'terraform'];
    const options = ['--soft-fail', '--skip-download', '--compact', '--output', 'json'];
    const { stdout } = await run('checkov', [...args, ...options], { maxBuffer: 64 * 1_024 * 1_024 });
    const { summary, results } = JSON.parse(stdout) as Report;
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(70);
    const found = results.failed_checks
      // Terraform merges such a file into another, checkov does not: alone it lacks all that the other has.
      .filter(({ file_path }) => !file_path.endsWith('_override.tf'))
      .map(({ check_id, file_path }) => `${check_id} ${file_path.slice(1)}`);
    const expected = Object.entries(EXCEPTIONS).flatMap(([id, { files }]) => files.map((file) => `${id} ${file}`));
    expect([...new Set(found)].sort()).toEqual(expected.sort());
  }, 120_000);
});

describeIfOnPath('tflint', 'tflint', () => {
  test('finds nothing in the modules and their examples', async () => {
    const config = `--config=${join(MODULES, '.tflint.hcl')}`;
    const { stdout } = await run('tflint', [`--chdir=${MODULES}`, '--recursive', config, '--format=compact']);
    expect(stdout).toBe('');
  });
});
