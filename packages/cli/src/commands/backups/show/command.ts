import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const show = defineCommand({
  name: 'backups show',
  describe: 'Show what the manifest of a backup says, and what has proved it',
  options,
  examples: ['cumulus-api backups show backups/prod-GranulesTable.json'],
  notes: 'It reads the manifest and the notes of proofs, not the data file.',
  fields: [
    'table',
    'file',
    'kind',
    'startedAt',
    'endedAt',
    'resumed',
    'segments',
    'consistentRead',
    'items',
    'pointersToS3',
    'bytes',
    'sha256',
    'compression',
    'createdBy',
    'manifest',
    'proofs',
    'archivedIn',
    'source',
    'settings',
    'settingsNotKnown',
    'problems',
  ],
  load: async () => (await import('./run.ts')).runShow,
});
