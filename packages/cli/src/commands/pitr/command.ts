import type { CommandGroup } from '../../command.ts';
import { disable } from './disable/command.ts';
import { enable } from './enable/command.ts';
import { restore } from './restore/command.ts';
import { status } from './status/command.ts';

export const pitr: CommandGroup = {
  name: 'pitr',
  describe: 'Point-in-time recovery: turn it on or off, and restore a table to a time',
  commands: [status, enable, disable, restore],
};
