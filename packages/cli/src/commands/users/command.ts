import type { Argv } from 'yargs';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, text, time } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

/** The environment variable that holds the physical name of the table in the Lambda functions of Cumulus. */
export const USERS_TABLE_VARIABLE = 'UsersTable';

/** Which table the users are in. With neither, the environment names it. */
export interface UsersOptions extends GlobalOptions {
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
}

export interface NamedUsersOptions extends UsersOptions {
  readonly name: readonly string[];
  readonly 'dry-run': boolean | undefined;
}

export interface AddOptions extends NamedUsersOptions {
  readonly 'password-stdin': boolean | undefined;
  /** In milliseconds since 1970. */
  readonly expires: number | undefined;
}

/** `users` with its three commands. */
export const users: AddCommand = (parser, choose) => {
  parser.command('users', 'The users of API and dashboard: add, list, remove', (inner) => {
    for (const add of [addUsers, list, remove]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of users: add, list or remove');
  });
};

const addUsers = defineCommand<AddOptions>({
  name: 'users add',
  usage: 'add <name..>',
  describe: 'Add users by name; those that exist are left as they are',
  options: (parser) =>
    addNames(addTable(parser), 'add')
      .options({
        'password-stdin': {
          ...flag('password-stdin'),
          describe: 'Read a password for the one user from standard input; Earthdata Login names need none',
        },
        expires: { ...time('expires'), describe: "When the users' login ends, such as 2030-01-31T12:00Z" },
      })
      .check(({ name, 'password-stdin': passwordStdin }) => {
        // No error repeats a NAME: it may be a password given in the wrong place.
        name.forEach(checkNewName);
        if (passwordStdin !== true || name.length === 1) return true;
        throw new UsageError('--password-stdin takes one NAME, since there is one password');
      })
      .example('$0 users add alice bob --prefix prod', 'names of Earthdata Login')
      .example('$0 users add alice --prefix prod --password-stdin < password.txt', ''),
  several: () => true,
  load: async () => (await import('./plan-add.ts')).planAdd,
});

const list = defineCommand<UsersOptions>({
  name: 'users list',
  usage: 'list',
  describe: 'Name the users, when they were added and changed, and whether they have a password',
  options: (parser) =>
    addTable(parser)
      .example('$0 users list --prefix prod', '')
      .example('$0 users list --tables tables.json --json', 'after terraform output -json dynamo_tables > tables.json'),
  several: () => false,
  load: async () => (await import('./plan-list.ts')).planList,
});

const remove = defineCommand<NamedUsersOptions>({
  name: 'users remove',
  usage: 'remove <name..>',
  describe: 'Remove users by name',
  options: (parser) =>
    addNames(addTable(parser), 'remove')
      .example('$0 users remove alice bob --prefix prod', '')
      .example('$0 users remove alice --prefix prod --dry-run', ''),
  several: () => true,
  load: async () => (await import('./plan-remove.ts')).planRemove,
});

function addTable(parser: Argv<GlobalOptions>): Argv<UsersOptions> {
  return parser
    .options({
      prefix: { ...text('prefix'), describe: 'The prefix of the deployment' },
      tables: { ...text('tables'), describe: 'A file with the Terraform output dynamo_tables, instead of a prefix' },
    })
    .check(({ prefix, tables }) => {
      if (prefix !== undefined && tables !== undefined)
        throw new UsageError('users takes one of --prefix and --tables');
      if (prefix !== undefined || tables !== undefined || process.env[USERS_TABLE_VARIABLE]) return true;
      throw new UsageError(
        `users takes one of --prefix and --tables, or the table's name from the environment variable ${USERS_TABLE_VARIABLE}`,
      );
    });
}

function addNames(parser: Argv<UsersOptions>, verb: string): Argv<NamedUsersOptions> {
  return parser
    .positional('name', {
      type: 'string',
      demandOption: true,
      coerce: distinctNames,
      describe: `Names of the users to ${verb}`,
    })
    .options({ 'dry-run': { ...flag('dry-run'), describe: `Only tell which users it would ${verb}` } });
}

function distinctNames(names: readonly string[]): readonly string[] {
  if (names.includes('')) throw new UsageError('NAME takes a name that is not empty');
  return [...new Set(names)];
}

/** Refuses what nobody can log in with, or tell from another name where it is shown. */
function checkNewName(name: string): void {
  if (/[\s\p{C}]/u.test(name)) throw new UsageError('NAME takes names without blanks and control characters');
}
