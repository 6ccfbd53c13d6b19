import type { Context, Task } from '@cumulus/cli';
import { runOnGranules } from '../run-on-granules.ts';
import type { DeleteOptions } from './options.ts';

export async function runDelete(options: DeleteOptions, context: Context): Promise<readonly Task[]> {
  const { 'force-remove-from-cmr': forceRemoveFromCmr } = options;
  const question = (granules: string): string =>
    `Delete ${granules} with all files in S3${forceRemoveFromCmr ? ', and remove published ones from CMR' : ''}?`;
  return runOnGranules({ name: 'delete', forceRemoveFromCmr }, options, context, {
    question,
    untouched: 'Nothing was deleted.',
  });
}
