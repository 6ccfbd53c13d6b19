import { once } from 'node:events';
import { formatS3Url, pointersOfBackup } from '@cumulus/dynamodb';
import { withInput } from '../../backup-source/input.ts';
import type { Context, Task } from '../../command.ts';
import type { PayloadsOptions } from './command.ts';

export async function planPayloads({ file, json, quiet }: PayloadsOptions, context: Context): Promise<readonly Task[]> {
  const { s3, stdout, abortSignal } = context;
  const run: Task['run'] = () =>
    withInput(file, context, async (input) => {
      for await (const location of pointersOfBackup({ ...input, s3, abortSignal })) {
        // It is read all the same, and so proved.
        if (quiet && !json) continue;
        const isRead = stdout.write(`${json ? JSON.stringify(location) : formatS3Url(location)}\n`);
        if (!stdout.writable) return [];
        if (!isRead) await once(stdout, 'drain', { signal: abortSignal }).catch(() => undefined);
      }
      return [];
    });
  return [{ table: null, file, run }];
}
