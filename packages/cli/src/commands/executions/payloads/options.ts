import type { CommandOptions } from '../../../command.ts';
import { identityOption } from '../../../options/encryption-options.ts';
import { file } from '../../../options/kinds.ts';
import { positional, required } from '../../../options/option.ts';
import { s3ReadOptions } from '../../../options/s3-options.ts';

export const options = {
  file: required(positional(file({ describe: 'A backup: a file, - for standard input, or s3://BUCKET/KEY' }))),
  ...identityOption,
  ...s3ReadOptions,
};

export type PayloadsOptions = CommandOptions<typeof options>;
