import type { Argv } from 'yargs';
import { checkDestination } from '../../backup-destination.ts';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { age, flag, s3Url, segments, tableNames, text, wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface BackupOptions extends GlobalOptions {
  readonly table: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
  readonly directory: string | undefined;
  readonly to: string | undefined;
  readonly segments: number | undefined;
  readonly concurrency: number | undefined;
  readonly gzip: boolean;
  readonly consistent: boolean;
  readonly 'max-read-units': number | undefined;
  readonly resume: boolean;
  readonly 'resume-within': number | undefined;
  readonly keep: number | undefined;
  readonly 'dry-run': boolean | undefined;
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
      directory: { ...text('directory'), defaultDescription: '"backups"', describe: 'Where the files go' },
      to: { ...s3Url('to'), describe: 'Where the files go in S3, instead: s3://BUCKET/PREFIX' },
      segments: {
        ...segments('segments'),
        describe: 'Segments of the scan (else by the size of the table)',
      },
      concurrency: { ...wholeNumber('concurrency'), describe: 'Scan requests under way at once' },
      gzip: { type: 'boolean', default: false, describe: 'Compress the file' },
      consistent: { type: 'boolean', default: false, describe: 'Strongly consistent reads, at twice the cost' },
      'max-read-units': { ...wholeNumber('max-read-units'), describe: 'Most read capacity units to use in a second' },
      resume: { type: 'boolean', default: false, describe: 'Continue where an interrupted backup stopped' },
      'resume-within': {
        ...age('resume-within'),
        describe:
          'Begin again where the interrupted backup was begun longer ago than this, such as 6h (24h unless given)',
      },
      keep: { ...wholeNumber('keep', 0), describe: 'How many earlier backups of a table stay (1 unless given)' },
      'dry-run': { ...flag('dry-run'), describe: 'Say what would be written, kept and removed, and change nothing' },
    })
    .check((options) => {
      const { table, prefix, tables } = options;
      const given = [table, prefix, tables].filter((value) => value !== undefined);
      if (given.length !== 1) throw new UsageError('backup takes one of --table, --prefix and --tables');
      checkPlace(options);
      if (options['resume-within'] !== undefined && !options.resume) {
        throw new UsageError('--resume-within goes with --resume');
      }
      return true;
    })
    .example('$0 backup --table prod-GranulesTable', 'to backups/prod-GranulesTable.json')
    .example('$0 backup --prefix prod --gzip --json', 'all tables of a deployment')
    .example('$0 backup --prefix prod --resume', 'after an interruption')
    .example('$0 backup --prefix prod --resume --resume-within 2h', 'after one that was begun in the last 2 hours')
    .example('$0 backup --prefix prod --gzip --to s3://my-backups/prod', 'to S3');
}

function checkPlace({ directory, to, resume }: Pick<BackupOptions, 'directory' | 'to' | 'resume'>): void {
  checkDestination({ directory, to });
  if (to !== undefined && resume) {
    throw new UsageError(
      '--resume does not go with --to: an upload to S3 that stopped cannot be continued, since nothing of it can be ' +
        'read and proved. Begin again without --resume, or back up to --directory',
    );
  }
}
