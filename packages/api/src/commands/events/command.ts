import type { CommandGroup } from '@cumulus/cli';
import { replay } from './replay/command.ts';

export const events: CommandGroup = {
  name: 'events',
  describe: 'Record workflow events that failed before',
  commands: [replay],
};
