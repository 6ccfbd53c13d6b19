import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { deploymentPrefix, flag, someOf, tableNames, text } from '../../../options/kinds.ts';
import { isGiven, type RawValues, required } from '../../../options/option.ts';
import { s3ReadOptions } from '../../../options/s3-options.ts';
import { age } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';

export const options = {
  prefix: deploymentPrefix({ describe: 'The prefix of the deployment' }),
  table: tableNames({ describe: 'Names of execution tables, instead of a prefix' }),
  'older-than': required(age({ describe: 'Clean executions that have not changed for this long: 90d, 12w, 36h' })),
  status: someOf(['completed', 'failed', 'unknown', 'running'], {
    default: ['completed', 'failed'],
    describe: 'Clean executions with these statuses',
  }),
  'system-bucket': text({
    valueName: 'BUCKET',
    describe: "The deployment's system bucket, with large payloads; without it, they stay in S3",
  }),
  stack: text({
    valueName: 'NAME',
    defaultDescription: 'the prefix',
    describe: 'Name of the stack that wrote the payloads',
  }),
  ...s3ReadOptions,
  ...confirmation,
  'dry-run': flag({ describe: 'Only count what would be removed' }),
};

export type CleanOptions = CommandOptions<typeof options>;

export const alternatives = [['prefix', 'table']] as const;

export const appliesIf = { stack: (given: RawValues): boolean => isGiven(given['system-bucket']) };

export function check({ prefix, table, 'system-bucket': bucket, stack }: CleanOptions): void {
  if ((prefix === undefined) === (table === undefined))
    throw new UsageError('executions clean takes one of --prefix and --table');
  if (bucket !== undefined && prefix === undefined && stack === undefined)
    throw new UsageError('--system-bucket takes --stack where there is no --prefix');
  if (bucket === undefined && stack !== undefined) throw new UsageError('--stack takes --system-bucket');
}
