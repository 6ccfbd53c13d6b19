import { defineCommand } from '../../../command.ts';
import { tablesAlternatives } from '../options.ts';
import { appliesIf, check, options } from './options.ts';

export const verify = defineCommand({
  name: 'archive verify',
  describe: 'Check every file of an archive, or compare tables with a time of it',
  options,
  alternatives: [tablesAlternatives],
  appliesIf,
  check,
  examples: [
    '# Every segment and every base',
    'cumulus-api archive verify --archive s3://my-archive/prod',
    '# Is this table what the archive has of this second?',
    'cumulus-api archive verify --archive my-archive --at 2026-11-29T20:32:00Z --table prod-GranulesTable',
    '# And a table that was restored from it',
    'cumulus-api archive verify --archive my-archive --at 2026-11-29T20:32:00Z --table prod-RulesTable --with back-RulesTable',
  ],
  notes:
    'With --at, all that was changed in the table since that time differs too. Ends with 1 if a file is damaged or missing, ' +
    'or a table differs.',
  fields: [
    'table',
    'segments',
    'changes',
    'bases',
    'states',
    'exports',
    'unopened',
    'bytes',
    'pointersToS3',
    'payloads',
    'problems',
    'at',
    'with',
    'items',
    'base',
    'equal',
    'tableItems',
    'same',
    'changed',
    'missing',
    'extra',
    'expired',
    'differences',
    'seconds',
  ],
  load: async () => (await import('./run.ts')).runVerify,
});
