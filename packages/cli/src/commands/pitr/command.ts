import type { Argv } from 'yargs';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, type PastTime, pastTime, tableName, tableNames, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

/** Which tables, and which of them are to be protected. */
export interface PitrOptions extends GlobalOptions {
  readonly table: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
  /** Names without a prefix; or `none`. The module's default unless given. */
  readonly expect: readonly string[] | undefined;
}

export interface EnableOptions extends PitrOptions {
  readonly 'dry-run': boolean | undefined;
}

export interface DisableOptions extends Omit<EnableOptions, 'expect'> {
  readonly yes: boolean | undefined;
}

export interface RestoreToTimeOptions extends GlobalOptions {
  readonly table: string | undefined;
  readonly to: string | undefined;
  readonly prefix: string | undefined;
  readonly 'to-prefix': string | undefined;
  readonly at: PastTime | undefined;
  readonly latest: boolean | undefined;
  readonly 'no-wait': boolean | undefined;
  readonly 'dry-run': boolean | undefined;
}

/** `pitr` with its four commands. */
export const pitr: AddCommand = (parser, choose) => {
  parser.command('pitr', 'Point-in-time recovery: who is protected, and tables as they were at a time', (inner) => {
    for (const add of [status, enable, disable, restore]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of pitr: status, enable, disable or restore');
  });
};

const status = defineCommand<PitrOptions>({
  name: 'pitr status',
  usage: 'status',
  describe: 'Tell whether tables are protected, and to which times they can be restored',
  options: (parser) =>
    addExpect(addTables(parser, 'status'))
      .example('$0 pitr status --prefix prod', 'exit status 1 if a table that should be is not protected')
      .example('$0 pitr status --prefix prod --expect GranulesTable UsersTable', 'where a deployment chose its own'),
  several,
  load: async () => (await import('./plan-status.ts')).planStatus,
});

const enable = defineCommand<EnableOptions>({
  name: 'pitr enable',
  usage: 'enable',
  describe: 'Protect tables: of a prefix those that should be, of --table each',
  options: (parser) =>
    addDryRun(addExpect(addTables(parser, 'enable')))
      .example('$0 pitr enable --prefix prod', 'the eight tables that the module protects')
      .example('$0 pitr enable --table prod-SemaphoresTable', 'this one'),
  several,
  load: async () => (await import('./plan-enable.ts')).planEnable,
});

const disable = defineCommand<DisableOptions>({
  name: 'pitr disable',
  usage: 'disable',
  describe: 'End the protection of tables, which throws their history away; asks first',
  options: (parser) =>
    addDryRun(addTables(parser, 'disable'))
      .options({ yes: { ...flag('yes'), describe: 'Do not ask' } })
      .example('$0 pitr disable --table prod-SemaphoresTable', '')
      .example('$0 pitr disable --prefix old --yes', 'all tables of the deployment'),
  several,
  load: async () => (await import('./plan-disable.ts')).planDisable,
});

const restore = defineCommand<RestoreToTimeOptions>({
  name: 'pitr restore',
  usage: 'restore',
  describe: 'Make new tables that are as protected tables were at a time',
  options: addRestoreOptions,
  several: ({ prefix }) => prefix !== undefined,
  load: async () => (await import('./plan-restore.ts')).planRestoreToTime,
});

function several({ table }: Pick<PitrOptions, 'table'>): boolean {
  return table?.length !== 1;
}

function addTables(parser: Argv<GlobalOptions>, verb: string): Argv<Omit<PitrOptions, 'expect'>> {
  return parser
    .options({
      table: { ...tableNames('table'), describe: 'Tables' },
      prefix: { ...text('prefix'), describe: 'The tables of the deployment of this prefix' },
      tables: { ...text('tables'), describe: 'The tables of this file, the Terraform output dynamo_tables' },
    })
    .check(({ table, prefix, tables }) => {
      if ([table, prefix, tables].filter((value) => value !== undefined).length === 1) return true;
      throw new UsageError(`pitr ${verb} takes one of --table, --prefix and --tables`);
    });
}

function addExpect(parser: Argv<Omit<PitrOptions, 'expect'>>): Argv<PitrOptions> {
  return parser.options({
    expect: {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'Tables that should be protected (GranulesTable, …; or none), else the usual eight',
    },
  });
}

function addDryRun<Options>(parser: Argv<Options>) {
  return parser.options({ 'dry-run': { ...flag('dry-run'), describe: 'Only tell what it would do' } });
}

function addRestoreOptions(parser: Argv<GlobalOptions>): Argv<RestoreToTimeOptions> {
  return addDryRun(
    parser.options({
      table: { ...tableName('table'), describe: 'The table whose earlier state is wanted' },
      to: { ...tableName('to'), describe: 'The table to make of it' },
      prefix: { ...text('prefix'), describe: 'Instead: all protected tables of the deployment of this prefix' },
      'to-prefix': { ...text('to-prefix'), describe: 'The prefix of the tables to make' },
      at: { ...pastTime('at'), describe: 'The time, such as 2026-01-31T12:00:00Z or "2 hours ago"' },
      latest: { ...flag('latest'), describe: 'The latest time there is, about five minutes ago' },
      'no-wait': { ...flag('no-wait'), describe: 'Do not wait: the same command again finishes what this began' },
    }),
  )
    .check(checkRestore)
    .example('$0 pitr restore --table prod-GranulesTable --to prod-GranulesTable-restored --at "2 hours ago"', '')
    .example('$0 pitr restore --prefix prod --to-prefix restored --latest', 'a whole deployment at one instant');
}

function checkRestore(options: RestoreToTimeOptions): true {
  const { table, to, prefix, 'to-prefix': toPrefix, at, latest } = options;
  const isOfTable = table !== undefined && to !== undefined && prefix === undefined && toPrefix === undefined;
  const isOfPrefix = prefix !== undefined && toPrefix !== undefined && table === undefined && to === undefined;
  if (!isOfTable && !isOfPrefix) {
    throw new UsageError('pitr restore takes --table with --to, or --prefix with --to-prefix');
  }
  if ((at === undefined) === (latest === undefined))
    throw new UsageError('pitr restore takes one of --at and --latest');
  if (isOfTable && table === to)
    throw new UsageError('--to takes another name than --table: a restore makes a new table');
  if (isOfPrefix && !/^[\w.-]{1,234}$/.test(toPrefix)) {
    throw new UsageError(
      `--to-prefix takes up to 234 letters, digits, dots, hyphens and underscores, not "${toPrefix}"`,
    );
  }
  if (isOfPrefix && prefix === toPrefix) throw new UsageError('--to-prefix takes another prefix than --prefix');
  return true;
}
