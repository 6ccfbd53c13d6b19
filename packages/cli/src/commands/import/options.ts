import type { CommandOptions } from '../../command.ts';
import { cumulusTable, flag, tableName, text } from '../../options/kinds.ts';
import { positional, required } from '../../options/option.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';

export const options = {
  folder: required(
    positional(
      text({
        valueName: 's3://BUCKET/PREFIX/AWSDynamoDB/ID',
        describe: 'The export’s folder, s3://BUCKET/PREFIX/AWSDynamoDB/ID',
      }),
    ),
  ),
  table: required(tableName({ describe: 'The table to create' })),
  for: cumulusTable({
    defaultDescription: 'that of the exported table',
    describe: 'Cumulus table whose key it gets',
  }),
  'bucket-owner': text({ valueName: 'ACCOUNT', describe: 'AWS account of the bucket, if it is not yours' }),
  ...s3ReadOptions,
  'no-wait': flag({ describe: 'Start only; repeat the command to finish' }),
  'dry-run': flag({ describe: 'Check, and show what would be imported, but start nothing' }),
};

export type ImportOptions = CommandOptions<typeof options>;
