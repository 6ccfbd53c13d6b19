import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { awsProviderVersion, whyNoAwsProvider, whyNoMoto } from '@cumulus/test-kit';
import { describe } from '@jest/globals';

/** Why the tests of the Terraform modules cannot be run on this machine, and how they could be; undefined if they can. */
export async function whyNoTerraform(): Promise<string | undefined> {
  return (await whyNoAwsProvider('oldest')) ?? (await whyNoMoto());
}

/**
 * Like jest's `describe`, for tests with the newest AWS provider of this machine. If it has none that is newer than the oldest one, with which all
 * other tests run, they are skipped, with the reason; in CI too, since not every machine reaches Terraform's registry.
 */
export async function describeWithNewestProvider(title: string, tests: () => void): Promise<void> {
  describeOrSkip((await whyNoAwsProvider('newest')) ?? (await whyNoMoto()) ?? (await whyNoneIsNewer()), title, tests);
}

async function whyNoneIsNewer(): Promise<string | undefined> {
  const newest = await awsProviderVersion('newest');
  const isOldest = (await whyNoAwsProvider('oldest')) === undefined && (await awsProviderVersion('oldest')) === newest;
  return isOldest ? `this machine has no AWS provider that is newer than ${newest}` : undefined;
}

/** Whether a command is on the PATH. */
export function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** Like jest's `describe`, for a command that no package has: where it is missing the tests are skipped, in CI too. */
export function describeIfOnPath(command: string, title: string, tests: () => void): void {
  const isThere = isOnPath(command);
  const reason = `there is no ${command} on the PATH; CONTRIBUTING.md says how to build it`;
  describeOrSkip(isThere ? undefined : reason, title, tests);
}

/** For what not every machine can have; `describeUnless`, for all else, fails in CI. */
function describeOrSkip(reason: string | undefined, title: string, tests: () => void): void {
  if (reason === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${reason})`, tests);
}
