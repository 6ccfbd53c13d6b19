import type { Argv } from 'yargs';
import { addSourceOptions, type SourceOptions } from '../../backup-source/options.ts';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface VerifyOptions extends GlobalOptions, SourceOptions {
  readonly 'max-read-units': number | undefined;
}

export const verify = defineCommand<VerifyOptions>({
  name: 'verify',
  usage: 'verify [file]',
  describe: 'Prove backup files whole, and equal to tables',
  options: addOptions,
  several: ({ directory }) => directory !== undefined,
  load: async () => (await import('./plan.ts')).planVerify,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<VerifyOptions> {
  return addSourceOptions(parser)
    .options({
      'max-read-units': { ...wholeNumber('max-read-units'), describe: 'Most read capacity units to use in a second' },
    })
    .check(({ directory, prefix }) => {
      if (directory !== undefined && prefix === undefined) throw new UsageError('verify --directory takes --prefix');
      return true;
    })
    .example('$0 verify backups/prod-GranulesTable.json', 'size, SHA-256, items, each line')
    .example('$0 verify backups/prod-GranulesTable.json --table new-GranulesTable', 'and item by item')
    .example('$0 verify --directory backups --prefix new', 'all of a deployment')
    .example('$0 verify s3://my-backups/prod/AWSDynamoDB/01693685827463-2d8752fd', 'an export that DynamoDB wrote');
}
