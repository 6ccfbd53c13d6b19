import type { Argv } from 'yargs';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { tableNames, text, wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface BackupOptions extends GlobalOptions {
  readonly table: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
  readonly directory: string;
  readonly segments: number | undefined;
  readonly concurrency: number | undefined;
  readonly gzip: boolean;
  readonly consistent: boolean;
  readonly 'max-read-units': number | undefined;
  readonly resume: boolean;
  readonly keep: number | undefined;
}

export const backup = defineCommand<BackupOptions>({
  name: 'backup',
  usage: 'backup',
  describe: 'Back tables up to files',
  options: addOptions,
  several: ({ table }) => table?.length !== 1,
  load: async () => (await import('./plan.ts')).planBackup,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<BackupOptions> {
  return parser
    .options({
      table: { ...tableNames('table'), describe: 'Tables to back up' },
      prefix: { ...text('prefix'), describe: 'Back up all tables of the deployment of this prefix' },
      tables: { ...text('tables'), describe: 'Back up the tables of this file, the Terraform output dynamo_tables' },
      directory: { ...text('directory'), default: 'backups', describe: 'Where the files go' },
      segments: { ...wholeNumber('segments'), describe: 'Segments of the scan (else by the size of the table)' },
      concurrency: { ...wholeNumber('concurrency'), describe: 'Scan requests under way at once' },
      gzip: { type: 'boolean', default: false, describe: 'Compress the file' },
      consistent: { type: 'boolean', default: false, describe: 'Strongly consistent reads, at twice the cost' },
      'max-read-units': { ...wholeNumber('max-read-units'), describe: 'Most read capacity units to use in a second' },
      resume: { type: 'boolean', default: false, describe: 'Continue where an interrupted backup stopped' },
      keep: { ...wholeNumber('keep', 0), describe: 'How many earlier backups of a table stay (1 unless given)' },
    })
    .check(({ table, prefix, tables }) => {
      const given = [table, prefix, tables].filter((value) => value !== undefined);
      if (given.length === 1) return true;
      throw new UsageError('backup takes one of --table, --prefix and --tables');
    })
    .example('$0 backup --table prod-GranulesTable', 'to backups/prod-GranulesTable.json')
    .example('$0 backup --prefix prod --gzip --json', 'all tables of a deployment')
    .example('$0 backup --prefix prod --resume', 'after an interruption');
}
