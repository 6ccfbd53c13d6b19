import type { CommandOptions } from '../../../command.ts';
import { oneOf } from '../../../options/kinds.ts';
import { checkTables, tableOptions } from '../options.ts';

export const options = {
  ...tableOptions,
  type: oneOf(['user', 'system', 'all'], {
    default: 'all',
    describe: 'Those that were asked for, or those that DynamoDB made when a protected table was deleted',
  }),
};

export type ListOptions = CommandOptions<typeof options>;

export function check(chosen: ListOptions): void {
  checkTables('on-demand list', chosen, 0);
}
