import { deploymentPrefix, folder, tableNames } from '../../options/kinds.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';

/** Options of the commands about all backups of a folder. */
export const folderOptions = {
  directory: folder({
    defaultDescription: '"backups"',
    describe: 'Where the backups are: a folder, or s3://BUCKET/PREFIX',
  }),
  table: tableNames({ describe: 'Only backups of these tables' }),
  prefix: deploymentPrefix({ describe: 'Only backups of the tables of this prefix' }),
  ...s3ReadOptions,
};

export const tableAlternatives = ['table', 'prefix'] as const;
