import type { CommandGroup } from '../../command.ts';
import { cat } from './cat/command.ts';
import { diff } from './diff/command.ts';
import { find } from './find/command.ts';

export const backups: CommandGroup = {
  name: 'backups',
  describe: 'Look into backup files, and compare them',
  commands: [diff, cat, find],
};
