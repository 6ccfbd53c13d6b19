import type { CommandGroup } from '../../command.ts';
import { add } from './add/command.ts';
import { importUsers } from './import/command.ts';
import { list } from './list/command.ts';
import { remove } from './remove/command.ts';

export const users: CommandGroup = {
  name: 'users',
  describe: 'Add, import, list and remove users of the API and the dashboard',
  commands: [add, importUsers, list, remove],
};
