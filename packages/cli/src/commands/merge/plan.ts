import { listParts, mergeParts } from '@cumulus/dynamodb/backup';
import type { Context, Outcome, Task } from '../../command.ts';
import { earlierBackupsWarning } from '../../earlier-backups-words.ts';
import { describePointers } from '../../payload-words.ts';
import { describeScan } from '../../scan-words.ts';
import { count, duration, size } from '../../words.ts';
import type { MergeOptions } from './command.ts';

export async function planMerge(options: MergeOptions, context: Context): Promise<readonly Task[]> {
  const { files, parts: folder, table = null } = options;
  const parts = folder === undefined || table === null ? files : await listParts(folder, table, context.s3);
  return [{ table, run: async () => [await merge(parts, options, context)] }];
}

async function merge(
  parts: readonly string[],
  { to, directory = 'backups', keep, 'allow-apart': allowApart, 'dry-run': dryRun }: MergeOptions,
  { s3, abortSignal, onProgress }: Context,
): Promise<Outcome> {
  const place = to ?? directory;
  const result = await mergeParts({ parts, directory: place, s3, keep, allowApart, dryRun, abortSignal, onProgress });
  const { table, file, items, bytes, seconds, kept, startedAt, endedAt, resumed } = result;
  const read = describeScan({ startedAt, endedAt, resumed });
  const what = `${count(items, 'item')}, ${size(bytes)} of ${count(result.parts, 'part')}`;
  return {
    result,
    lines: result.dryRun
      ? [`${table}: ${what} would be merged; each is as its manifest says`, read, `  to ${file}`]
      : [
          `${table}: ${what} in ${duration(seconds)}`,
          read,
          `  to ${file}`,
          ...describePointers(result.pointersToS3, file),
          ...kept.map((earlier) => `  earlier backup: ${earlier}`),
        ],
    warning: earlierBackupsWarning(result),
  };
}
