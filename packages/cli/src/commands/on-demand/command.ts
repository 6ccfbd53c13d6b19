import type { Argv } from 'yargs';
import type { TableChoice } from '../../chosen-tables.ts';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import {
  age,
  backupArn,
  backupArns,
  backupName,
  flag,
  tableName,
  tableNames,
  text,
  wholeNumber,
} from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface CreateOptions extends GlobalOptions, TableChoice {
  readonly name: string | undefined;
  readonly 'no-wait': boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

export interface ListOptions extends GlobalOptions, TableChoice {
  readonly type: 'user' | 'system' | 'all';
}

export interface DescribeOptions extends GlobalOptions {
  readonly backup: string;
}

export interface DeleteOptions extends GlobalOptions {
  readonly backup: readonly string[];
  readonly yes: boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

export interface RestoreBackupOptions extends GlobalOptions {
  readonly backup: string;
  readonly to: string;
  readonly 'no-wait': boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

export interface PruneOptions extends GlobalOptions, TableChoice {
  readonly keep: number | undefined;
  /** In milliseconds. */
  readonly 'older-than': number | undefined;
  readonly 'name-prefix': string | undefined;
  readonly yes: boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

/** `on-demand` with its six commands. */
export const onDemand: AddCommand = (parser, choose) => {
  parser.command('on-demand', 'Backups that DynamoDB keeps until they are deleted', (inner) => {
    for (const add of [create, list, describe, remove, restore, prune]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of on-demand: create, list, describe, delete, restore or prune');
  });
};

const DRY_RUN = { 'dry-run': { ...flag('dry-run'), describe: 'Only tell what it would do' } };
const YES = { yes: { ...flag('yes'), describe: 'Do not ask' } };
const NO_WAIT = {
  'no-wait': { ...flag('no-wait'), describe: 'Do not wait: the same command again finishes what this began' },
};
const BACKUP = {
  ...backupArn('backup'),
  demandOption: true,
  describe: 'The backup’s ARN, as on-demand list tells it',
} as const;

const create = defineCommand<CreateOptions>({
  name: 'on-demand create',
  usage: 'create',
  describe: 'Let DynamoDB make a backup of each table',
  options: (parser) =>
    addTables(parser)
      .options({
        name: { ...backupName('name'), describe: 'Name of the backup, or of each, else <table>-<time>' },
        ...NO_WAIT,
        ...DRY_RUN,
      })
      .check((options) => checkTables('create', options, 1))
      .example('$0 on-demand create --prefix prod', 'a backup of each table, named prod-GranulesTable-20260131T120000Z')
      .example('$0 on-demand create --table prod-GranulesTable --name before-upgrade', ''),
  several: ({ table }) => table?.length !== 1,
  load: async () => (await import('./plan-create.ts')).planCreate,
});

const list = defineCommand<ListOptions>({
  name: 'on-demand list',
  usage: 'list',
  describe: 'List backups, newest first, also of tables that are gone',
  options: (parser) =>
    addTables(parser)
      .options({
        type: {
          choices: ['user', 'system', 'all'] as const,
          default: 'all' as const,
          describe: 'Those that were asked for, or those that DynamoDB made when a protected table was deleted',
        },
      })
      .check((options) => checkTables('list', options, 0))
      .example('$0 on-demand list --prefix prod', '')
      .example('$0 on-demand list --type system', 'what is left for 35 days of protected tables that were deleted'),
  several: () => true,
  load: async () => (await import('./plan-list.ts')).planList,
});

const describe = defineCommand<DescribeOptions>({
  name: 'on-demand describe',
  usage: 'describe',
  describe: 'Tell all that is known of a backup and of the table that it is of',
  options: (parser) => parser.options({ backup: BACKUP }).example('$0 on-demand describe --backup ARN', ''),
  several: () => false,
  load: async () => (await import('./plan-describe.ts')).planDescribe,
});

const remove = defineCommand<DeleteOptions>({
  name: 'on-demand delete',
  usage: 'delete',
  describe: 'Delete backups for good; asks first',
  options: (parser) =>
    parser
      .options({
        backup: { ...backupArns('backup'), demandOption: true, describe: 'ARNs of backups' } as const,
        ...YES,
        ...DRY_RUN,
      })
      .example('$0 on-demand delete --backup ARN', ''),
  several: ({ backup }) => backup.length !== 1,
  load: async () => (await import('./plan-delete.ts')).planDelete,
});

const restore = defineCommand<RestoreBackupOptions>({
  name: 'on-demand restore',
  usage: 'restore',
  describe: 'Make a new table of a backup',
  options: (parser) =>
    parser
      .options({
        backup: BACKUP,
        to: { ...tableName('to'), demandOption: true, describe: 'The table to make of it' } as const,
        ...NO_WAIT,
        ...DRY_RUN,
      })
      .example('$0 on-demand restore --backup ARN --to prod-GranulesTable-restored', ''),
  several: () => false,
  load: async () => (await import('./plan-restore.ts')).planRestoreBackup,
});

const prune = defineCommand<PruneOptions>({
  name: 'on-demand prune',
  usage: 'prune',
  describe: 'Delete backups that a retention has no more use for; asks first',
  options: (parser) =>
    addTables(parser)
      .options({
        keep: { ...wholeNumber('keep'), describe: 'Keep so many of the newest of each table' },
        'older-than': { ...age('older-than'), describe: 'Delete older ones, but never a table’s newest' },
        'name-prefix': { ...text('name-prefix'), describe: 'Count and delete only backups whose names begin so' },
        ...YES,
        ...DRY_RUN,
      })
      .check((options) => {
        checkTables('prune', options, 1);
        if ((options.keep === undefined) !== (options['older-than'] === undefined)) return true;
        throw new UsageError('on-demand prune takes one of --keep and --older-than');
      })
      .example('$0 on-demand prune --prefix prod --older-than 90d --dry-run', 'what would go')
      .example('$0 on-demand prune --table prod-GranulesTable --keep 7 --yes', ''),
  several: () => true,
  load: async () => (await import('./plan-prune.ts')).planPrune,
});

function addTables(parser: Argv<GlobalOptions>): Argv<GlobalOptions & TableChoice> {
  return parser.options({
    table: { ...tableNames('table'), describe: 'Tables' },
    prefix: { ...text('prefix'), describe: 'The tables of the deployment of this prefix' },
    tables: { ...text('tables'), describe: 'The tables of this file, the Terraform output dynamo_tables' },
  });
}

/** @param least how many of the options have to be given */
function checkTables(verb: string, { table, prefix, tables }: TableChoice, least: 0 | 1): true {
  const given = [table, prefix, tables].filter((value) => value !== undefined).length;
  if (given >= least && given <= 1) return true;
  throw new UsageError(
    `on-demand ${verb} takes ${least === 1 ? 'one' : 'at most one'} of --table, --prefix and --tables`,
  );
}
