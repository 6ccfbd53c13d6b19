import { defineCommand } from '../../command.ts';
import { alternatives, check, options } from './options.ts';

export const adopt = defineCommand({
  name: 'adopt',
  describe: 'Show how to replace a table by a recovered one in Terraform; changes nothing',
  options,
  check,
  alternatives,
  examples: [
    '# Print the commands for Terraform',
    'cumulus-api adopt --table prod-GranulesTable-recovered --for GranulesTable',
    '# Where the module has another address',
    'cumulus-api adopt --table prod-PdrsTable-recovered --for PdrsTable --module module.cumulus',
  ],
  fields: [
    'table',
    'for',
    'address',
    'fits',
    'replaces',
    'changesInPlace',
    'canGive',
    'otherSettings',
    'settingsNotKnown',
    'commands',
  ],
  load: async () => (await import('./run.ts')).runAdopt,
});
