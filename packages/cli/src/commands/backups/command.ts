import type { CommandGroup } from '../../command.ts';
import { cat } from './cat/command.ts';
import { diff } from './diff/command.ts';
import { find } from './find/command.ts';
import { forget } from './forget/command.ts';
import { list } from './list/command.ts';
import { show } from './show/command.ts';

export const backups: CommandGroup = {
  name: 'backups',
  describe: 'List, compare and remove backup files, and look into them',
  commands: [list, show, diff, cat, find, forget],
};
