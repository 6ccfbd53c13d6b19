import type { CommandGroup } from '../../command.ts';
import { clean } from './clean/command.ts';
import { payloads } from './payloads/command.ts';

export const executions: CommandGroup = {
  name: 'executions',
  describe: 'Payloads of executions: clean, payloads',
  commands: [clean, payloads],
};
