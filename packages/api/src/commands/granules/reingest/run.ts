import type { Context, Task } from '@cumulus/cli';
import { choicesOf, runOnGranules } from '../run-on-granules.ts';
import type { ReingestOptions } from './options.ts';

export async function runReingest(options: ReingestOptions, context: Context): Promise<readonly Task[]> {
  const { workflow: workflowName } = options;
  return runOnGranules({ name: 'reingest', workflowName, choices: choicesOf(options) }, options, context);
}
