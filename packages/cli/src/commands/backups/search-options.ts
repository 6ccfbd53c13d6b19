import { identityOption } from '../../options/encryption-options.ts';
import { file, flag } from '../../options/kinds.ts';
import { type OptionValues, positional, required } from '../../options/option.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';

/** Which backup is read, and how its items are written. */
export const searchOptions = {
  file: required(
    positional(
      file({ describe: 'A backup file, or the folder of an export: a path or s3://BUCKET/KEY; - for standard input' }),
    ),
  ),
  typed: flag({ describe: "Write items as DynamoDB's JSON, with their types" }),
  ...identityOption,
  ...s3ReadOptions,
};

export type SearchOptions = OptionValues<typeof searchOptions>;
