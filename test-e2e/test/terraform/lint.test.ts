import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { describeIfOnPath, isOnPath } from './available.ts';
import { MODULE } from './deployment.ts';

const run = promisify(execFile);

const MODULES = join(MODULE, '..');

/**
 * What checkov finds and is left, why, and in which files of the modules; what is about a single resource says so there itself
 * (`checkov:skip`). One that is no longer found has to go.
 */
const EXCEPTIONS: Readonly<Record<string, { readonly reason: string; readonly files: readonly string[] }>> = {
  CKV_AWS_28: {
    reason:
      'checkov cannot read contains(var.enable_point_in_time_tables, …): eight tables are recoverable unless the deployer says otherwise',
    files: ['data-persistence/dynamo.tf', 'data-persistence-aws5/dynamo.tf'],
  },
};

interface Report {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: Readonly<Record<'failed_checks' | 'skipped_checks', readonly Check[]>>;
}

interface Check {
  readonly check_id: string;
  readonly file_path: string;
}

describeUnless(isOnPath('checkov') ? undefined : 'needs checkov, by .ci/install-checkov', 'checkov', () => {
  test('finds nothing in the modules and their examples but what is left for a reason', async () => {
    const args = ['--directory', MODULES, '--framework', 'terraform'];
    const options = ['--soft-fail', '--skip-download', '--compact', '--output', 'json'];
    const { stdout } = await run('checkov', [...args, ...options], { maxBuffer: 64 * 1_024 * 1_024 });
    const { summary, results } = JSON.parse(stdout) as Report;
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(70);
    // Terraform merges such a file into another, checkov does not: alone it lacks all that the other has.
    const found = results.failed_checks.filter(({ file_path }) => !file_path.endsWith('_override.tf'));
    const expected = Object.entries(EXCEPTIONS).flatMap(([id, { files }]) => files.map((file) => `${id} ${file}`));
    expect(placesOf(found)).toEqual(expected.sort());
    expect(placesOf(results.skipped_checks)).toEqual(await exceptionsInFiles());
  }, 120_000);
});

describeIfOnPath('tflint', 'tflint', () => {
  test('finds nothing in the modules and their examples', async () => {
    const config = `--config=${join(MODULES, '.tflint.hcl')}`;
    const { stdout } = await run('tflint', [`--chdir=${MODULES}`, '--recursive', config, '--format=compact']);
    expect(stdout).toBe('');
  });
});

/** Where something was found: `CKV_AWS_1 module/file.tf`. */
function placesOf(checks: readonly Check[]): readonly string[] {
  return [...new Set(checks.map(({ check_id, file_path }) => `${check_id} ${file_path.slice(1)}`))].sort();
}

/** The exceptions that resources say themselves, each with a reason. */
async function exceptionsInFiles(): Promise<readonly string[]> {
  const places = new Set<string>();
  for (const file of await readdir(MODULES, { recursive: true })) {
    if (!file.endsWith('.tf')) continue;
    for (const [, id, reason] of (await readFile(join(MODULES, file), 'utf8')).matchAll(
      /checkov:skip=(\w+)(?::(.*))?/g,
    )) {
      expect({ file, id, reason }).toEqual({ file, id, reason: expect.stringMatching(/ /) });
      places.add(`${id} ${file}`);
    }
  }
  return [...places].sort();
}
