import type { Context, Task } from '@cumulus/cli';
import { runOnGranules } from '../run-on-granules.ts';
import type { RemoveFromCmrOptions } from './options.ts';

export async function runRemoveFromCmr(options: RemoveFromCmrOptions, context: Context): Promise<readonly Task[]> {
  const question = (granules: string): string => `Remove ${granules} from CMR?`;
  return runOnGranules({ name: 'removeFromCmr' }, options, context, {
    question,
    untouched: 'Nothing was removed from CMR.',
  });
}
