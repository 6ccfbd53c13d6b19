import { defineCommand } from '../../command.ts';
import { options } from './options.ts';

export const importTable = defineCommand({
  name: 'import',
  describe: 'Create a table from an export in S3, by DynamoDB itself',
  options,
  examples: [
    'cumulus-api import s3://my-bucket/AWSDynamoDB/01693685827463-2d8752fd --table prod-GranulesTable-imported',
  ],
  fields: [
    'table',
    'source',
    'folder',
    'at',
    'state',
    'continued',
    'importArn',
    'items',
    'processedBytes',
    'key',
    'keyFrom',
    'indexes',
    'localIndexesLost',
    'given',
    'notTaken',
    'settings',
    'arn',
    'streamArn',
    'recountDue',
    'notCarriedOver',
    'finishBy',
  ],
  load: async () => (await import('./run.ts')).runImport,
});
