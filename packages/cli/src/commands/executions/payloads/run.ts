import { pointersOfBackup } from '@cumulus/dynamodb/backup';
import { formatS3Url } from '@cumulus/dynamodb/storage';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import { withInput } from '../../../backup-source/input.ts';
import type { Context, Task } from '../../../command.ts';
import type { PayloadsOptions } from './options.ts';

export async function runPayloads(options: PayloadsOptions, context: Context): Promise<readonly Task[]> {
  const { s3, abortSignal } = context;
  const { file } = options;
  const identities = await chosenIdentities(options, context);
  const run: Task['run'] = () =>
    withInput(file, context, async (input) => {
      const pointers = pointersOfBackup({ ...input, s3, identities, abortSignal });
      await context.writeResults(pointers, { json: JSON.stringify, line: formatS3Url });
      return [];
    });
  return [{ table: null, run }];
}
