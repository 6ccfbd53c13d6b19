import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const cat = defineCommand({
  name: 'backups cat',
  describe: 'Show items of a backup, as lines of JSON',
  options,
  examples: [
    '# All items, with plain values',
    'cumulus-api backups cat backups/prod-RulesTable.json',
    '# Two items, by their keys',
    'cumulus-api backups cat backups/prod-GranulesTable.json --key granuleId=G1 granuleId=G2',
    '# By a partition and a sort key, with the types of DynamoDB',
    'cumulus-api backups cat backups/prod-FilesTable.json --key bucket=archive,key=MOD09GQ/G1.hdf --typed',
  ],
  notes: 'Ends with 1 if the backup lacks a key, or is not what its manifest says: then do not use what was written.',
  fields: [],
  load: async () => (await import('./run.ts')).runCat,
});
