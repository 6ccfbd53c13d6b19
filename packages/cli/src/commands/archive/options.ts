import { deploymentPrefix, folder, tableNames } from '../../options/kinds.ts';
import type { OptionValues } from '../../options/option.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';
import { UsageError } from '../../usage-error.ts';

/** Options of the commands that read an archive. */
export const archiveOptions = {
  archive: folder({ describe: 'Where the archive is: a folder, or s3://BUCKET/PREFIX' }),
  ...s3ReadOptions,
};

/** Options of the commands about several tables of an archive. */
export const tablesOptions = {
  ...archiveOptions,
  table: tableNames({ describe: 'Only these tables' }),
  prefix: deploymentPrefix({ describe: 'Only the tables of this prefix' }),
};

export const tablesAlternatives = ['table', 'prefix'] as const;

/** @throws UsageError */
export function requireArchive({ archive }: Pick<OptionValues<typeof archiveOptions>, 'archive'>): string {
  if (archive === undefined) throw new UsageError('Name the archive: --archive FOLDER, or s3://BUCKET/PREFIX');
  return archive;
}
