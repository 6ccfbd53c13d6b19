import type { CommandGroup } from '../../command.ts';
import { follow } from './follow/command.ts';
import { list } from './list/command.ts';

export const archive: CommandGroup = {
  name: 'archive',
  describe: 'Keep every change of tables, and restore any second',
  commands: [follow, list],
};
