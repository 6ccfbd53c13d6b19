import type { CommandOptions } from '../../../command.ts';
import { oneOf } from '../../../options/kinds.ts';
import { checkTables, tableOptions } from '../options.ts';

export const options = {
  ...tableOptions,
  type: oneOf(['user', 'system', 'aws-backup', 'all'], {
    default: 'all',
    describe:
      'Those that were asked for, those that DynamoDB made when a protected table was deleted, or those of AWS Backup',
  }),
};

export type ListOptions = CommandOptions<typeof options>;

export function check(chosen: ListOptions): void {
  checkTables('on-demand list', chosen, 0);
}
