import { defineCommand } from '../../command.ts';
import { appliesIf, check, options } from './options.ts';

export const status = defineCommand({
  name: 'status',
  describe: 'Show whether a deployment is protected: one verdict for each table, with reasons',
  options,
  check,
  appliesIf,
  examples: [
    '# Exit status 0: protected, 1: a table is not, 3: there are warnings',
    'cumulus-api status --prefix prod --backups s3://my-backups/prod',
    '# A page to look at or to send, without parts from elsewhere',
    'cumulus-api status --prefix prod --backups backups --html protection.html',
    '# Numbers for alarms',
    'cumulus-api status --prefix prod --backups s3://my-backups/prod --metrics cloudwatch',
  ],
  notes:
    'Nothing is changed. A fact that the credentials do not permit to read is named, and never counts as protection.',
  fields: [
    'table',
    'name',
    'exists',
    'createdAt',
    'verdict',
    'findings',
    'items',
    'bytes',
    'pointInTime',
    'deletionProtection',
    'encryption',
    'stream',
    'onDemand',
    'backup',
    'provedBackup',
    'otherTableBackups',
    'backupProblems',
    'export',
    'restorable',
  ],
  warnsByStatus: true,
  load: async () => (await import('./run.ts')).runStatus,
});
