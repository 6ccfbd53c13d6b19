import type { CommandGroup } from '@cumulus/cli';
import { sync } from './sync/command.ts';

export const collections: CommandGroup = {
  name: 'collections',
  describe: 'Write collections to S3, where workflows read them',
  commands: [sync],
};
