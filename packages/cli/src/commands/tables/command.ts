import type { CommandGroup } from '../../command.ts';
import { create } from './create/command.ts';
import { describe } from './describe/command.ts';
import { list } from './list/command.ts';

export const tables: CommandGroup = {
  name: 'tables',
  describe: 'Create and describe the tables of a deployment',
  commands: [create, list, describe],
};
