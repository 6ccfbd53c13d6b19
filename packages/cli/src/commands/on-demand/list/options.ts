import type { CommandOptions } from '../../../command.ts';
import { oneOf } from '../../../options/kinds.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';

export const options = {
  ...tableOptions,
  type: oneOf(['user', 'system', 'aws-backup', 'all'], {
    default: 'all',
    describe: 'user: made on request; system: made by DynamoDB when a protected table was deleted; or aws-backup',
  }),
};

export type ListOptions = CommandOptions<typeof options>;

export function check(chosen: ListOptions): void {
  checkTables('on-demand list', chosen, 0);
}
