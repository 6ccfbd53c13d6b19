import { RecordDoesNotExistError, UserModel } from '@cumulus/models';
import type { Context, Task } from '../../command.ts';
import type { NamedUsersOptions } from './command.ts';
import { isThere, userTasks } from './user-tasks.ts';
import { usersTable } from './users-table.ts';

export async function planRemove(options: NamedUsersOptions, context: Context): Promise<readonly Task[]> {
  const { name: names, 'dry-run': dryRun = false } = options;
  const table = await usersTable(options, context);
  const users = new UserModel({ client: context.client, table, now: Date.now });
  const doFor = async (userName: string): Promise<RecordDoesNotExistError | undefined> => {
    const found = await (dryRun ? isThere(userName, table, context) : users.delete({ userName }));
    return found ? undefined : new RecordDoesNotExistError('user', { userName });
  };
  return userTasks({ table, names, dryRun, done: 'removed', undone: 'was not there', doFor }, context);
}
