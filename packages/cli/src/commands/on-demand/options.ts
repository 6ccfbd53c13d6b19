import { backupArn, flag } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';

/** Options that several commands of `on-demand` have. */
export const backup = required(backupArn({ describe: 'The backup’s ARN, as on-demand list shows it' }));
export const dryRun = flag({ describe: 'Only show what it would do' });
export const noWait = flag({ describe: 'Do not wait; repeat the command to finish' });

/** A line of examples: an ARN of a backup leaves no room for a command beside it. */
export const BACKUP_VARIABLE =
  'BACKUP=arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/backup/01693685827463-2d8752fd';
