import type { Argv } from 'yargs';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, tableName, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface ImportOptions extends GlobalOptions {
  readonly folder: string;
  readonly table: string;
  readonly for: string | undefined;
  readonly 'bucket-owner': string | undefined;
  readonly 'no-wait': true | undefined;
  readonly 'dry-run': true | undefined;
}

export const importTable = defineCommand<ImportOptions>({
  name: 'import',
  usage: 'import <folder>',
  describe: 'Let DynamoDB make a new table of an export in S3',
  options: addOptions,
  several: () => false,
  load: async () => (await import('./plan.ts')).planImportOfTable,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<ImportOptions> {
  return parser
    .positional('folder', {
      type: 'string',
      demandOption: true,
      describe: 'The export’s folder, s3://BUCKET/PREFIX/AWSDynamoDB/ID',
    })
    .options({
      table: { ...tableName('table'), demandOption: true, describe: 'The table to make' },
      for: { ...text('for'), describe: 'The Cumulus table whose key it gets (else as that which was exported)' },
      'bucket-owner': { ...text('bucket-owner'), describe: 'The account of the bucket, if it is another one' },
      'no-wait': { ...flag('no-wait'), describe: 'Begin only; run the same again to finish' },
      'dry-run': { ...flag('dry-run'), describe: 'Check, and say what would be imported, but begin nothing' },
    })
    .check(({ folder }) => {
      if (typeof folder === 'string' && folder !== '') return true;
      throw new UsageError('import takes one folder of an export, s3://BUCKET/PREFIX/AWSDynamoDB/ID');
    })
    .example(
      '$0 import s3://my-bucket/exports/AWSDynamoDB/01693685827463-2d8752fd --table prod-GranulesTable-imported',
      '',
    );
}
