import { defineCommand } from '../../command.ts';
import { appliesIf, check, options } from './options.ts';

export const rehearse = defineCommand({
  name: 'rehearse',
  describe: 'Restore into scratch tables, prove them by value, and remove them',
  options,
  check,
  appliesIf,
  examples: [
    '# The newest backup file of each table. Exit status 0: proved, 1: failed, 3: restored, but not proved',
    'cumulus-api rehearse --prefix prod --from backup --backups s3://my-backups/prod',
    '# What it would create, and what that costs at least',
    'cumulus-api rehearse --prefix prod --from backup --backups s3://my-backups/prod --dry-run',
    '# Point-in-time recovery of two tables',
    'cumulus-api rehearse --prefix prod --from pitr --tables GranulesTable RulesTable --html rehearsal.html',
  ],
  notes:
    'It writes only to tables that it creates, under PREFIX-rehearsal-…, and removes them. If it is killed, the next rehearsal ' +
    'of the prefix removes what is left.',
  fields: [
    'table',
    'source',
    'sourceTime',
    'scratchTable',
    'items',
    'bytes',
    'writeUnits',
    'restoreSeconds',
    'proveSeconds',
    'outcome',
    'proof',
  ],
  warnsByStatus: true,
  load: async () => (await import('./run.ts')).runRehearse,
});
