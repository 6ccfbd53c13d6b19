import type { Argv } from 'yargs';
import { checkDestination } from '../../backup-destination.ts';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, s3Url, tableName, text, wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface MergeOptions extends GlobalOptions {
  readonly files: readonly string[];
  readonly parts: string | undefined;
  readonly table: string | undefined;
  readonly directory: string | undefined;
  readonly to: string | undefined;
  readonly keep: number | undefined;
  readonly 'allow-apart': boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

export const merge = defineCommand<MergeOptions>({
  name: 'merge',
  usage: 'merge [files..]',
  describe: 'Make one proved backup of the parts that several machines have made',
  options: addOptions,
  several: () => false,
  load: async () => (await import('./plan.ts')).planMerge,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<MergeOptions> {
  return parser
    .positional('files', {
      type: 'string',
      array: true,
      default: [] as readonly string[],
      describe: 'The parts that backup --segments A-B/N wrote, on disk or in S3',
    })
    .options({
      parts: { ...text('parts'), describe: 'With --table: take its parts in this directory, or s3://BUCKET/PREFIX' },
      table: { ...tableName('table'), describe: 'With --parts: the table' },
      directory: { ...text('directory'), defaultDescription: '"backups"', describe: 'Where the backup goes' },
      to: { ...s3Url('to'), describe: 'Where the backup goes in S3, instead: s3://BUCKET/PREFIX' },
      keep: { ...wholeNumber('keep', 0), describe: 'How many earlier backups stay (1 unless given)' },
      'allow-apart': { ...flag('allow-apart'), describe: 'Take parts that were begun more than a day apart' },
      'dry-run': { ...flag('dry-run'), describe: 'Check the parts, each to its last byte, and write nothing' },
    })
    .check(({ files, parts, table, directory, to }) => {
      if (files.length > 0 === (parts !== undefined)) {
        throw new UsageError('merge takes the parts by their names, or all of a directory by --parts');
      }
      if ((parts === undefined) !== (table === undefined)) throw new UsageError('--parts and --table go together');
      checkDestination({ directory, to });
      return true;
    })
    .example('$0 merge --parts parts --table prod-GranulesTable', 'to backups/prod-GranulesTable.json')
    .example('$0 merge a/T.part-0-31-of-64.json b/T.part-32-63-of-64.json', '');
}
