import type { CommandGroup } from '@cumulus/cli';
import { sync } from './sync/command.ts';

export const collections: CommandGroup = {
  name: 'collections',
  describe: 'What workflows know of collections: sync',
  commands: [sync],
};
