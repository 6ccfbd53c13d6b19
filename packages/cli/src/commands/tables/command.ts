import type { Argv } from 'yargs';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface TablesOptions extends GlobalOptions {
  readonly prefix: string;
}

export interface CreateOptions extends TablesOptions {
  readonly tag: Readonly<Record<string, string>> | undefined;
  readonly 'point-in-time': readonly string[] | undefined;
  readonly 'dry-run': boolean | undefined;
}

/** `tables` with its three commands. */
export const tables: AddCommand = (parser, choose) => {
  parser.command('tables', 'Make and describe the tables of a deployment', (inner) => {
    for (const add of [create, list, describe]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of tables: create, list or describe');
  });
};

const create = defineCommand<CreateOptions>({
  name: 'tables create',
  usage: 'create',
  describe: 'Make the tables of a prefix; those that exist are left as they are',
  options: (parser) =>
    addPrefix(parser)
      .options({
        tag: {
          type: 'array',
          string: true,
          requiresArg: true,
          coerce: (values: readonly string[]) => Object.fromEntries(values.map(splitTag)),
          describe: 'Tags for the tables, each KEY=VALUE',
        },
        'point-in-time': {
          type: 'array',
          string: true,
          requiresArg: true,
          describe: 'Tables to get point-in-time recovery (GranulesTable, …; or none), else the usual eight',
        },
        'dry-run': { ...flag('dry-run'), describe: 'Say which tables would be made, and make none' },
      })
      .example('$0 tables create --prefix new --tag Project=cumulus Stage=test', ''),
  several: () => true,
  load: async () => (await import('./plan-create.ts')).planCreate,
});

const list = defineCommand<TablesOptions>({
  name: 'tables list',
  usage: 'list',
  describe: 'Name the tables of a prefix with their sizes',
  options: (parser) => addPrefix(parser).example('$0 tables list --prefix prod', ''),
  several: () => true,
  load: async () => (await import('./plan-list.ts')).planList,
});

const describe = defineCommand<TablesOptions>({
  name: 'tables describe',
  usage: 'describe',
  describe: 'Describe the tables of a prefix: keys, indexes, streams, time to live, recovery',
  options: (parser) => addPrefix(parser).example('$0 tables describe --prefix prod --json', ''),
  several: () => true,
  load: async () => (await import('./plan-describe.ts')).planDescribe,
});

function addPrefix(parser: Argv<GlobalOptions>): Argv<TablesOptions> {
  return parser.option('prefix', {
    ...text('prefix'),
    demandOption: true,
    describe: 'The prefix of the deployment',
  });
}

function splitTag(tag: string): [string, string] {
  const at = tag.indexOf('=');
  if (at < 1) throw new UsageError(`--tag takes KEY=VALUE, not "${tag}"`);
  return [tag.slice(0, at), tag.slice(at + 1)];
}
