import type { Context, Task } from '@cumulus/cli';
import { choicesOf, runOnGranules } from '../run-on-granules.ts';
import type { BulkOptions } from './options.ts';

export async function runBulk(options: BulkOptions, context: Context): Promise<readonly Task[]> {
  const { workflow } = options;
  return runOnGranules({ name: 'applyWorkflow', workflow, choices: choicesOf(options) }, options, context);
}
