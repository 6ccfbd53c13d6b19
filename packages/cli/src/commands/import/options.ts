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
  table: required(tableName({ describe: 'The table to make' })),
  for: cumulusTable({ describe: 'The Cumulus table whose key it gets (else as that which was exported)' }),
  'bucket-owner': text({ valueName: 'ACCOUNT', describe: 'The account of the bucket, if it is another one' }),
  ...s3ReadOptions,
  'no-wait': flag({ describe: 'Begin only; run the same again to finish' }),
  'dry-run': flag({ describe: 'Check, and say what would be imported, but begin nothing' }),
};

export type ImportOptions = CommandOptions<typeof options>;
