import type { CumulusError } from '@cumulus/dynamodb/aws';
import { getItems } from '@cumulus/dynamodb/items';
import type { Context, Task } from '../../command.ts';
import { count, number } from '../../output/format.ts';
import { showName } from './show-name.ts';

/** What is to be done with each of some users. */
export interface UserWork {
  readonly table: string;
  readonly names: readonly string[];
  readonly dryRun: boolean;
  /** The past participle of what is done: a field of the JSON, and a word for a person. */
  readonly done: 'added' | 'removed';
  /** How a user is found for whom it cannot be done. */
  readonly undone: string;
  /** Does it for a user; gives the reason where there is nothing to do, and throws whatever else keeps it from being done. */
  readonly doFor: (userName: string) => Promise<CumulusError | undefined>;
}

/** A task for each user, so that one that fails does not keep the others from being done. The last reports how many were. */
export function userTasks(work: UserWork, { abortSignal }: Context): readonly Task[] {
  const { table, names, dryRun, done, undone, doFor } = work;
  const doneWords = dryRun ? `would be ${done}` : done;
  let succeeded = 0;
  return names.map((userName, index) => ({
    table,
    run: async () => {
      abortSignal.throwIfAborted();
      const error = await doFor(userName);
      if (error === undefined) succeeded += 1;
      const isLastOfMany = names.length > 1 && index === names.length - 1;
      return [
        {
          result: {
            table,
            userName,
            [done]: error === undefined,
            dryRun,
          },
          lines: [
            `${table}: ${showName(userName)} ${error === undefined ? doneWords : undone}`,
            ...(isLastOfMany ? [`${table}: ${number(succeeded)} of ${count(names.length, 'user')} ${doneWords}`] : []),
          ],
          failure: error?.message,
          error,
        },
      ];
    },
  }));
}

/** Whether there is a user. The model is not used, because it hashes what earlier releases stored in the clear when it reads. */
export async function isThere(userName: string, table: string, { client }: Pick<Context, 'client'>): Promise<boolean> {
  return (await getItems({ client, table, consistent: true }, [{ userName }])).length > 0;
}
