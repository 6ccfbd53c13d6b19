import type { CommandGroup } from '../../command.ts';
import { follow } from './follow/command.ts';
import { recount } from './recount/command.ts';
import { show } from './show/command.ts';

export const counts: CommandGroup = {
  name: 'counts',
  describe: 'Show, recount and follow the counts of granules, executions and PDRs',
  commands: [show, recount, follow],
};
