import { FileError, readTextAt } from '@cumulus/dynamodb/storage';
import { parseUserNames, RecordAlreadyExistsError, UserModel } from '@cumulus/models';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, number } from '../../../output/format.ts';
import { showName } from '../show-name.ts';
import { isThere } from '../user-tasks.ts';
import { usersTable } from '../users-table.ts';
import type { ImportOptions } from './options.ts';

export async function runImport(options: ImportOptions, context: Context): Promise<readonly Task[]> {
  const { file, 'dry-run': dryRun = false } = options;
  const { client, s3, abortSignal } = context;
  const text = await readTextAt(file, { s3, abortSignal });
  if (text === undefined) throw new FileError(`${file} does not exist.`, ['Nothing was changed.']);
  // All names are checked before the first is written.
  const names = parseUserNames(text, file);
  const table = await usersTable(options, context);
  const users = new UserModel({ client, table, now: Date.now });
  let added = 0;
  const importUser = async (userName: string): Promise<Outcome> => {
    abortSignal.throwIfAborted();
    const isNew = dryRun ? !(await isThere(userName, table, context)) : await addUser(users, userName);
    if (isNew) added += 1;
    const done = dryRun ? 'would be added' : 'added';
    return {
      result: { table, userName, added: isNew, dryRun },
      lines: [`${table}: ${showName(userName)} ${isNew ? done : 'was there, and left as it is'}`],
    };
  };
  const summary = async (): Promise<readonly Outcome[]> => [
    {
      result: { table, file, users: names.length, added, dryRun },
      isSummary: true,
      lines: [`${table}: ${number(added)} of ${count(names.length, 'user')} ${dryRun ? 'would be added' : 'added'}`],
    },
  ];
  return [
    ...names.map((userName) => ({ table, run: async () => [await importUser(userName)] })),
    { table, run: summary },
  ];
}

/** @returns false if there is such a user */
async function addUser(users: UserModel, userName: string): Promise<boolean> {
  try {
    await users.create({ userName });
    return true;
  } catch (error) {
    if (error instanceof RecordAlreadyExistsError) return false;
    throw error;
  }
}
