import type { CommandGroup } from '@cumulus/cli';
import { replay } from './replay/command.ts';

export const events: CommandGroup = {
  name: 'events',
  describe: 'Events of workflows that could not be recorded: replay',
  commands: [replay],
};
