import type { Context, Task } from '@cumulus/cli';
import { runOnGranules } from '../run-on-granules.ts';
import type { RemoveFromCmrOptions } from './options.ts';

export async function runRemoveFromCmr(options: RemoveFromCmrOptions, context: Context): Promise<readonly Task[]> {
  return runOnGranules({ name: 'removeFromCmr' }, options, context);
}
