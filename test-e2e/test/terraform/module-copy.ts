import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { beforeAll } from '@jest/globals';
import { MODULE } from './deployment.ts';
import { type Runner, Terraform } from './terraform.ts';

/** The folder of a test file's own copy of the modules, since Terraform writes beside what it reads. */
export function ownModuleCopy(): string {
  const folder = ownFolder();
  beforeAll(() =>
    cp(join(MODULE, '..'), folder, {
      recursive: true,
      // Those of a module in another one's files.
      verbatimSymlinks: true,
      filter: (path) => !basename(path).startsWith('.terraform'),
    }),
  );
  return folder;
}

/** Runs the tests that a module has in its own folder, which have to pass; gives what that printed. */
export async function runModuleTests(module: string, runner: Runner, ...options: readonly string[]): Promise<string> {
  const terraform = new Terraform(module, runner);
  await terraform.init('-backend=false');
  return terraform.succeed('test', ...options);
}
