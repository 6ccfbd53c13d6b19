import { defineCommand } from '../../../command.ts';
import { requireArchive } from '../options.ts';
import { options } from './options.ts';

export const show = defineCommand({
  name: 'archive show',
  describe: 'Show the history of one item, change by change',
  options,
  check: requireArchive,
  examples: [
    'cumulus-api archive show --archive my-archive --table prod-GranulesTable --key granuleId=G1',
    '# By a partition and a sort key, with the types of DynamoDB',
    'cumulus-api archive show --archive s3://my-archive/prod --table prod-FilesTable --key bucket=archive,key=G1.hdf --typed',
    '# Each change with the whole item that it left, as lines of JSON',
    'cumulus-api archive show --archive my-archive --table prod-RulesTable --key name=daily --json-lines',
  ],
  notes:
    'Times are whole seconds, as DynamoDB gives them. The oldest base says what the item was before its first change. ' +
    'Exports have the last change of each window. Long values are ' +
    'cut; JSON has them whole. Ends with 1 if the archive never had the item.',
  fields: [],
  load: async () => (await import('./run.ts')).runShow,
});
