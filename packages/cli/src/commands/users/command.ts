import type { CommandGroup } from '../../command.ts';
import { add } from './add/command.ts';
import { importUsers } from './import/command.ts';
import { list } from './list/command.ts';
import { remove } from './remove/command.ts';

export const users: CommandGroup = {
  name: 'users',
  describe: 'The users of API and dashboard: add, import, list, remove',
  commands: [add, importUsers, list, remove],
};
