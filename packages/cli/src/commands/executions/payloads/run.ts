import { pointersOfBackup } from '@cumulus/dynamodb/backup';
import { formatS3Url } from '@cumulus/dynamodb/storage';
import { withInput } from '../../../backup-source/input.ts';
import type { Context, Task } from '../../../command.ts';
import type { PayloadsOptions } from './options.ts';

export async function runPayloads({ file }: PayloadsOptions, context: Context): Promise<readonly Task[]> {
  const { s3, abortSignal } = context;
  const run: Task['run'] = () =>
    withInput(file, context, async (input) => {
      const pointers = pointersOfBackup({ ...input, s3, abortSignal });
      await context.writeResults(pointers, { json: JSON.stringify, line: formatS3Url });
      return [];
    });
  return [{ table: null, run }];
}
