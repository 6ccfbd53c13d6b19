import { RecordAlreadyExistsError, UserModel } from '@cumulus/models';
import type { Context, Task } from '../../../command.ts';
import { isThere, userTasks } from '../user-tasks.ts';
import { usersTable } from '../users-table.ts';
import type { AddOptions } from './options.ts';
import { readPassword } from './read-password.ts';

export async function runAdd(options: AddOptions, context: Context): Promise<readonly Task[]> {
  const { name, expires, 'password-stdin': passwordStdin = false, 'dry-run': dryRun = false } = options;
  const password = passwordStdin ? await readPassword(context) : undefined;
  const table = await usersTable(options, context);
  const users = new UserModel({ client: context.client, table, now: Date.now });
  const doFor = async (userName: string): Promise<RecordAlreadyExistsError | undefined> => {
    if (dryRun) {
      return (await isThere(userName, table, context)) ? new RecordAlreadyExistsError('user', { userName }) : undefined;
    }
    try {
      await users.create({ userName, password, expires });
      return undefined;
    } catch (error) {
      if (error instanceof RecordAlreadyExistsError) return error;
      throw error;
    }
  };
  const names = [...new Set(name)];
  return userTasks({ table, names, dryRun, done: 'added', undone: 'was there, and left as it is', doFor }, context);
}
