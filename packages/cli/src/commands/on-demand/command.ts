import type { CommandGroup } from '../../command.ts';
import { create } from './create/command.ts';
import { deleteBackups } from './delete/command.ts';
import { describe } from './describe/command.ts';
import { list } from './list/command.ts';
import { prune } from './prune/command.ts';
import { restore } from './restore/command.ts';

export const onDemand: CommandGroup = {
  name: 'on-demand',
  describe: 'Backups that DynamoDB keeps until they are deleted',
  commands: [create, list, describe, deleteBackups, restore, prune],
};
