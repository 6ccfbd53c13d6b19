import type { Argv } from 'yargs';
import type { GlobalOptions } from '../global-options.ts';
import { tableName, text } from '../option-values.ts';
import { UsageError } from '../usage-error.ts';

/** Which backups a command reads, and which table each belongs with: one file, or all of a directory. */
export interface SourceOptions {
  readonly file: string | undefined;
  readonly table: string | undefined;
  readonly directory: string | undefined;
  readonly prefix: string | undefined;
  readonly 'from-prefix': string | undefined;
}

export function addSourceOptions(parser: Argv<GlobalOptions>): Argv<GlobalOptions & SourceOptions> {
  return (
    parser
      .positional('file', {
        type: 'string',
        describe: 'A backup file, or the folder of an export: a path or s3://BUCKET/KEY; - for standard input',
      })
      // Without a number of arguments yargs takes a - for no value at all.
      .nargs('file', 1)
      .options({
        table: { ...tableName('table'), describe: 'The table for FILE' },
        directory: {
          ...text('directory'),
          describe: 'Take all backups of this directory, or s3://BUCKET/PREFIX, instead of FILE',
        },
        prefix: { ...text('prefix'), describe: 'With --directory: the prefix of the tables' },
        'from-prefix': { ...text('from-prefix'), describe: 'With --directory: only backups of tables of this prefix' },
      })
      .check((options) => {
        checkSource(options);
        return true;
      })
  );
}

function checkSource({ file, directory, table, prefix, 'from-prefix': fromPrefix }: SourceOptions): void {
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
