import type { CommandOptions } from '../../../command.ts';
import { file, flag } from '../../../options/kinds.ts';
import { positional, required } from '../../../options/option.ts';
import { s3ReadOptions } from '../../../options/s3-options.ts';
import { usersOptions } from '../options.ts';

export const options = {
  file: required(
    positional(file({ describe: 'The file of users: s3://BUCKET/STACK/api/authorized_oauth_users.json, or a path' })),
  ),
  ...usersOptions,
  ...s3ReadOptions,
  'dry-run': flag({ describe: 'Only show which users it would add' }),
};

export type ImportOptions = CommandOptions<typeof options>;
