import type { CommandGroup } from '@cumulus/cli';
import { bulk } from './bulk/command.ts';
import { deleteGranules } from './delete/command.ts';
import { reingest } from './reingest/command.ts';
import { removeFromCmr } from './remove-from-cmr/command.ts';
import { resume } from './resume/command.ts';

export const granules: CommandGroup = {
  name: 'granules',
  describe: 'Run workflows on many granules, ingest them again, or delete them',
  commands: [bulk, reingest, removeFromCmr, deleteGranules, resume],
};
