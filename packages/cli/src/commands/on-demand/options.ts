import { backupArn, deploymentPrefix, file, flag, tableNames } from '../../options/kinds.ts';
import { type OptionValues, required } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

/** Options that several commands of `on-demand` have. */
export const tableOptions = {
  table: tableNames({ describe: 'Tables' }),
  prefix: deploymentPrefix({ describe: 'All tables of this prefix' }),
  tables: file({ describe: 'The tables of this file, the Terraform output dynamo_tables' }),
};
export const tableAlternatives = ['table', 'prefix', 'tables'] as const;
export const backup = required(backupArn({ describe: 'The backup’s ARN, as on-demand list shows it' }));
export const dryRun = flag({ describe: 'Only show what it would do' });
export const noWait = flag({ describe: 'Do not wait; repeat the command to finish' });

/**
 * @param least how many of the options have to be given
 * @throws UsageError
 */
export function checkTables(
  command: string,
  { table, prefix, tables }: OptionValues<typeof tableOptions>,
  min: 0 | 1,
): void {
  const given = [table, prefix, tables].filter((value) => value !== undefined).length;
  if (given >= min && given <= 1) return;
  throw new UsageError(`${command} takes ${min === 1 ? 'one' : 'at most one'} of --table, --prefix and --tables`);
}

/** A line of examples: an ARN of a backup leaves no room for a command beside it. */
export const BACKUP_VARIABLE =
  'BACKUP=arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/backup/01693685827463-2d8752fd';
