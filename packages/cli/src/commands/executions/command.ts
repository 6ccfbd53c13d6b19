import type { CommandGroup } from '../../command.ts';
import { clean } from './clean/command.ts';
import { payloads } from './payloads/command.ts';

export const executions: CommandGroup = {
  name: 'executions',
  describe: 'Remove old payloads of executions; list those in S3',
  commands: [clean, payloads],
};
