import { deploymentPrefix, file, flag, texts } from '../../options/kinds.ts';
import { type Option, type OptionValues, orEnvironment, positional, required } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

/** The environment variable that holds the physical name of the table in the Lambda functions of Cumulus. */
export const USERS_TABLE_VARIABLE = 'UsersTable';

/** Options that all commands of `users` have: which table the users are in. With neither, the environment names it. */
export const usersOptions = {
  prefix: orEnvironment([USERS_TABLE_VARIABLE], deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: orEnvironment(
    [USERS_TABLE_VARIABLE],
    file({ describe: 'A file with the Terraform output dynamo_tables, instead of a prefix' }),
  ),
};

export const usersAlternatives = [['prefix', 'tables']] as const;

export type UsersOptions = OptionValues<typeof usersOptions>;

/** The options of a command that does something with users by their names. */
export function namesOptions(verb: string): typeof usersOptions & {
  readonly name: Option<readonly string[]>;
  readonly 'dry-run': Option<boolean>;
} {
  return {
    name: required(positional(texts({ valueName: 'NAME', describe: `Names of the users to ${verb}` }))),
    ...usersOptions,
    'dry-run': flag({ describe: `Only show which users it would ${verb}` }),
  };
}

/** @throws UsageError */
export function checkUsers({ name = [], prefix, tables }: UsersOptions & { readonly name?: readonly string[] }): void {
  if (name.includes('')) throw new UsageError('NAME takes a name that is not empty');
  if (prefix !== undefined && tables !== undefined) throw new UsageError('users takes one of --prefix and --tables');
  if (prefix !== undefined || tables !== undefined || process.env[USERS_TABLE_VARIABLE]) return;
  throw new UsageError(
    `users takes one of --prefix and --tables, or the table's name from the environment variable ${USERS_TABLE_VARIABLE}`,
  );
}
