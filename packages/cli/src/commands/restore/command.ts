import type { Argv } from 'yargs';
import { addSourceOptions, type SourceOptions } from '../../backup-source/options.ts';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, text, wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface RestoreOptions extends GlobalOptions, SourceOptions {
  readonly 'create-table': boolean;
  readonly overwrite: boolean;
  readonly 'skip-existing': boolean;
  readonly concurrency: number | undefined;
  readonly 'max-write-units': number | undefined;
  readonly resume: boolean;
  readonly 'set-aside': string | undefined;
  readonly verify: boolean;
  readonly 'dry-run': boolean | undefined;
}

export const restore = defineCommand<RestoreOptions>({
  name: 'restore',
  usage: 'restore [file]',
  describe: 'Write the items of backup files to tables',
  options: addOptions,
  several: ({ directory }) => directory !== undefined,
  load: async () => (await import('./plan.ts')).planRestore,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<RestoreOptions> {
  return addSourceOptions(parser)
    .options({
      'create-table': { type: 'boolean', default: false, describe: 'Make a table that is missing, with its settings' },
      overwrite: {
        type: 'boolean',
        default: false,
        describe: 'Replace items of the same key in a table that has some',
      },
      'skip-existing': { type: 'boolean', default: false, describe: 'Keep items of the same key in such a table' },
      concurrency: { ...wholeNumber('concurrency'), describe: 'Write requests under way at once' },
      'max-write-units': {
        ...wholeNumber('max-write-units'),
        describe: 'Most write capacity units to use in a second',
      },
      resume: { type: 'boolean', default: false, describe: 'Continue where an interrupted restore stopped' },
      'set-aside': {
        ...text('set-aside'),
        describe: 'Put lines that DynamoDB does not take into this new file, and go on',
      },
      verify: { type: 'boolean', default: false, describe: 'Compare the table with the file afterwards' },
      'dry-run': { ...flag('dry-run'), describe: 'Do all checks, say what would be written, and write nothing' },
    })
    .check((options) => {
      const { file, table, directory, prefix, overwrite, resume } = options;
      if (file !== undefined && table === undefined) throw new UsageError('restore FILE takes --table');
      if (directory !== undefined && prefix === undefined) throw new UsageError('restore --directory takes --prefix');
      if (overwrite && options['skip-existing']) {
        throw new UsageError('--overwrite and --skip-existing do not go together');
      }
      if (directory !== undefined && options['set-aside'] !== undefined) {
        throw new UsageError('--set-aside goes with FILE, not with --directory');
      }
      if (file === '-' && resume) throw new UsageError('--resume takes a FILE, not standard input');
      return true;
    })
    .example('$0 restore backups/prod-GranulesTable.json --table new-GranulesTable --create-table', '')
    .example('$0 restore --directory backups --prefix new --create-table --verify', 'a whole deployment')
    .example('$0 restore s3://my-backups/prod/prod-PdrsTable.json --table prod-PdrsTable-new --create-table', 'from S3')
    .example('gunzip -c T.json.gz | $0 restore - --table T --overwrite', 'from standard input');
}
