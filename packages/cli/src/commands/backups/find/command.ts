import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const find = defineCommand({
  name: 'backups find',
  describe: 'Find items of a backup by their fields, as lines of JSON',
  options,
  examples: [
    '# All granules of a collection',
    'cumulus-api backups find backups/prod-GranulesTable.json --where collectionId=MOD09GQ___006',
    '# Failed ones that were updated since a time, in milliseconds',
    "cumulus-api backups find backups/prod-GranulesTable.json --where status=failed 'updatedAt>=1700000000000'",
    '# The first ten whose error has a cause',
    "cumulus-api backups find s3://my-backups/prod-ExecutionsTable.json --where 'error.Cause?' --limit 10",
  ],
  notes:
    'A filter is a field, an operator (= != < <= > >= ^= ? !?) and a value, without spaces between them. ^= is “begins with”, ' +
    '? “exists” and !? “does not exist”. Several filters all have to be met.',
  fields: [],
  load: async () => (await import('./run.ts')).runFind,
});
