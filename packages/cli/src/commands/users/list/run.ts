import { UserModel } from '@cumulus/models';
import type { User } from '@cumulus/models/schemas';
import type { Context, Task } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import type { UsersOptions } from '../options.ts';
import { showName } from '../show-name.ts';
import { usersTable } from '../users-table.ts';

/** Users that one request reads at most. */
const PAGE_SIZE = 1_000;

/** What is shown of a user: not the password's hash. */
interface ListedUser {
  readonly userName: string;
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
  readonly expires: string | undefined;
  readonly hasPassword: boolean;
}

export async function runList(options: UsersOptions, context: Context): Promise<readonly Task[]> {
  const table = await usersTable(options, context);
  const model = new UserModel({ client: context.client, table, now: Date.now });
  const list: Task['run'] = async () => {
    const users: ListedUser[] = [];
    for await (const { records } of model.list({ limit: PAGE_SIZE, consistent: true }).pages()) {
      users.push(...records.map(toListed));
      context.abortSignal.throwIfAborted();
    }
    users.sort((a, b) => (a.userName < b.userName ? -1 : 1));
    return [
      { result: { table, users }, lines: [`${table}: ${count(users.length, 'user')}`, ...users.map(describeUser)] },
    ];
  };
  return [{ table, run: list }];
}

function toListed({ userName, createdAt, updatedAt, expires, password }: User): ListedUser {
  return {
    userName,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    expires: isoTime(expires),
    hasPassword: password !== undefined && password !== '',
  };
}

function describeUser({ userName, createdAt, updatedAt, expires, hasPassword }: ListedUser): string {
  return [
    `  ${showName(userName)}: created ${createdAt ?? 'at an unknown time'}`,
    `updated ${updatedAt ?? 'at an unknown time'}`,
    ...(expires === undefined ? [] : [`expires ${expires}`]),
    `${hasPassword ? 'with' : 'without'} a password`,
  ].join(', ');
}

/** Rows are not checked when they are read: what is no time is not shown. */
function isoTime(milliseconds: number | undefined): string | undefined {
  const time = new Date(typeof milliseconds === 'number' ? milliseconds : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
