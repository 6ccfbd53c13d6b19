import { identityOption } from '../options/encryption-options.ts';
import { deploymentPrefix, file, folder, tableName } from '../options/kinds.ts';
import { isGiven, type OptionValues, positional, type RawValues } from '../options/option.ts';
import { s3ReadOptions } from '../options/s3-options.ts';
import { UsageError } from '../usage-error.ts';

/** Which backups a command reads, and which table each belongs with: one file, or all of a directory. */
export const sourceOptions = {
  file: positional(
    file({ describe: 'A backup file, or the folder of an export: a path or s3://BUCKET/KEY; - for standard input' }),
  ),
  table: tableName({ describe: 'The table for FILE' }),
  directory: folder({ describe: 'Restore all backups in this directory, or s3://BUCKET/PREFIX, instead of FILE' }),
  prefix: deploymentPrefix({ describe: 'With --directory: the prefix of the tables' }),
  'from-prefix': deploymentPrefix({ describe: 'With --directory: only backups of tables of this prefix' }),
  ...identityOption,
  ...s3ReadOptions,
};

export type SourceOptions = OptionValues<typeof sourceOptions>;

export const sourceAlternatives = [['file', 'directory']] as const;

const isOfDirectory = ({ directory }: RawValues): boolean => isGiven(directory);

export const sourceAppliesIf = {
  table: ({ file }: RawValues): boolean => isGiven(file),
  prefix: isOfDirectory,
  'from-prefix': isOfDirectory,
};

/** @throws UsageError */
export function checkSource({ file, directory, table, prefix, 'from-prefix': fromPrefix }: SourceOptions): void {
  if ((file === undefined) === (directory === undefined)) {
    throw new UsageError('Name one backup: FILE; or all of a directory: --directory');
  }
  if (directory === undefined && (prefix !== undefined || fromPrefix !== undefined)) {
    throw new UsageError('--prefix and --from-prefix go with --directory; the table for FILE is named by --table');
  }
  if (directory !== undefined && table !== undefined) {
    throw new UsageError('--table goes with FILE; the tables for --directory are named by --prefix');
  }
}
