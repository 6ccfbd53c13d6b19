import type { CommandOptions } from '../../../command.ts';
import { file } from '../../../options/kinds.ts';
import { positional, required } from '../../../options/option.ts';
import { s3ReadOptions } from '../../../options/s3-options.ts';

export const options = {
  file: required(positional(file({ describe: 'A backup file: a path or s3://BUCKET/KEY' }))),
  ...s3ReadOptions,
};

export type ShowOptions = CommandOptions<typeof options>;
