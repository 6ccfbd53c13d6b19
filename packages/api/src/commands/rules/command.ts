import type { CommandGroup } from '@cumulus/cli';
import { sync } from './sync/command.ts';

export const rules: CommandGroup = {
  name: 'rules',
  describe: 'Bring what starts the workflows of rules in line with the table',
  commands: [sync],
};
