import type { CommandOptions } from '../../../command.ts';
import { identityOption } from '../../../options/encryption-options.ts';
import { flag, tableName, text } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { archiveOptions } from '../options.ts';

export const options = {
  ...archiveOptions,
  ...identityOption,
  table: required(tableName({ describe: 'The table that the item is of' })),
  key: required(text({ valueName: 'KEY', describe: "The item's key: NAME=VALUE, HASH=VALUE,RANGE=VALUE or JSON" })),
  typed: flag({ describe: "Write values as DynamoDB's JSON, with their types" }),
};

export type ShowOptions = CommandOptions<typeof options>;
