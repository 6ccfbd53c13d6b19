import { RecordDoesNotExistError, UserModel } from '@cumulus/models';
import type { Context, Task } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import { showName } from '../show-name.ts';
import { isThere, userTasks } from '../user-tasks.ts';
import { usersTable } from '../users-table.ts';
import type { RemoveOptions } from './options.ts';

export async function runRemove(options: RemoveOptions, context: Context): Promise<readonly Task[]> {
  const { name, 'dry-run': dryRun = false } = options;
  const table = await usersTable(options, context);
  const users = new UserModel({ client: context.client, table, now: Date.now });
  const doFor = async (userName: string): Promise<RecordDoesNotExistError | undefined> => {
    const found = await (dryRun ? isThere(userName, table, context) : users.delete({ userName }));
    return found ? undefined : new RecordDoesNotExistError('user', { userName });
  };
  const names = [...new Set(name)];
  const question = `Remove ${count(names.length, 'user')} of ${table} for good: ${names.map(showName).join(', ')}?`;
  await context.confirm(() => question, 'Nobody was removed.');
  return userTasks({ table, names, dryRun, done: 'removed', undone: 'was not there', doFor }, context);
}
