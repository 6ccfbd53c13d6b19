import type { CommandGroup } from '../../command.ts';
import { diff } from './diff/command.ts';
import { follow } from './follow/command.ts';
import { list } from './list/command.ts';
import { prune } from './prune/command.ts';
import { restore } from './restore/command.ts';
import { show } from './show/command.ts';
import { verify } from './verify/command.ts';

export const archive: CommandGroup = {
  name: 'archive',
  describe: 'Keep every change of tables, and restore any second',
  commands: [follow, list, restore, verify, show, diff, prune],
};
