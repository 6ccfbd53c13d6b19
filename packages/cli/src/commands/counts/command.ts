import type { CommandGroup } from '../../command.ts';
import { follow } from './follow/command.ts';
import { recount } from './recount/command.ts';
import { show } from './show/command.ts';

export const counts: CommandGroup = {
  name: 'counts',
  describe: 'Counts of granules, executions and PDRs: show, recount, follow',
  commands: [show, recount, follow],
};
