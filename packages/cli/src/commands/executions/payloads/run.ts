import { pointersOfBackup } from '@cumulus/dynamodb/backup';
import { formatS3Url } from '@cumulus/dynamodb/storage';
import { withInput } from '../../../backup-source/input.ts';
import type { Context, Task } from '../../../command.ts';
import { writeLines } from '../../../output/write-lines.ts';
import type { PayloadsOptions } from './options.ts';

export async function runPayloads({ file, json, quiet }: PayloadsOptions, context: Context): Promise<readonly Task[]> {
  const { s3, stdout, abortSignal } = context;
  const run: Task['run'] = () =>
    withInput(file, context, async (input) => {
      const pointers = pointersOfBackup({ ...input, s3, abortSignal });
      if (quiet && !json) {
        // It is read all the same, and so proved.
        for await (const _ of pointers);
      } else await writeLines(pointers, json ? JSON.stringify : formatS3Url, stdout, abortSignal);
      return [];
    });
  return [{ table: null, file, run }];
}
