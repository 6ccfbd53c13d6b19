import { defineCommand } from '../../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const follow = defineCommand({
  name: 'archive follow',
  describe: 'Archive every change of tables, until you stop it',
  options,
  alternatives,
  appliesIf,
  check,
  examples: [
    '# All tables of a deployment, to a folder',
    'cumulus-api archive follow --prefix prod --to my-archive',
    '# To S3',
    'cumulus-api archive follow --prefix prod --to s3://my-archive/prod',
    '# With the objects in S3 that items point to',
    'cumulus-api archive follow --prefix prod --to s3://my-archive/prod --with-payloads --payload-bucket prod-internal',
    '# What is there now, and no more',
    'cumulus-api archive follow --table prod-GranulesTable --to my-archive --once',
    '# Large tables, by exports of DynamoDB; the end of each hour can then be restored',
    'cumulus-api archive follow --prefix prod --to s3://my-archive/prod --by-export --window 1h',
  ],
  notes:
    'It goes on after what is archived. Tables of the prefix that are created later are followed within a minute. Start it on ' +
    'several machines, and they share the work.',
  fields: [
    'table',
    'changes',
    'segments',
    'bytes',
    'gaps',
    'bases',
    'pointersToS3',
    'payloads',
    'exports',
    'items',
    'reached',
    'tables',
  ],
  load: async () => (await import('./run.ts')).runFollow,
});
