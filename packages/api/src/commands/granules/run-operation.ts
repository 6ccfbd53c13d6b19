import { type Context, count, number, type Outcome } from '@cumulus/cli';
import { InterruptedError } from '@cumulus/dynamodb/aws';
import type { BulkFailure, BulkProgress } from '../../bulk/bulk-granules.ts';
import { failuresOf } from '../../bulk/failures-of.ts';
import type { OperationFolder } from '../../operations/operation-folder.ts';
import type { CommandServices } from './command-services.ts';
import { OperationNotRunError } from './errors.ts';

/** Failures that are shown; of more it is said where they are. */
const MAX_SHOWN = 1_000;

/**
 * Runs an operation on granules to its end, or until the command is interrupted.
 * @throws InterruptedError, after what was in progress is done and noted; OperationNotRunError
 */
export async function runOperation(
  id: string,
  { operations, granulesTable: table }: CommandServices,
  { abortSignal, onProgress }: Context,
): Promise<Outcome> {
  const show = (progress: object): void => {
    const { found, done = 0, failed = 0, total } = progress as Partial<BulkProgress> & { readonly found?: number };
    const phase = found === undefined ? 'working on' : 'searching';
    onProgress({ phase, table, items: found ?? done + failed, bytes: 0, expectedItems: total });
  };
  const again = `It goes on by: cumulus-api granules resume ${id}, with the same deployment.`;
  const outcome = await operations.run(id, abortSignal, { again: true, onProgress: show }).catch(async (error) => {
    const { message } = error as Error;
    await operations.giveUp(id, message).catch(() => undefined);
    throw new OperationNotRunError(`The operation ${id} was interrupted: ${message}`, [again], error);
  });
  switch (outcome.state) {
    case 'ended':
      return describeEnd(id, table, outcome, operations.folderOf(id));
    case 'interrupted':
      await operations.giveUp(id, `The command was interrupted. ${again}`);
      throw new InterruptedError(`The operation ${id} was interrupted.`, [
        'What had begun was finished, and is noted.',
        again,
      ]);
    case 'held':
      throw new OperationNotRunError(`The operation ${id} is being run by another process.`, [
        `If that was killed, try again after ${new Date(outcome.until).toISOString()}.`,
      ]);
    case 'over':
      throw new OperationNotRunError(`The operation ${id} has ended, or is none that this software runs.`);
    case 'absent':
      throw new OperationNotRunError(`There is no operation ${id}.`);
  }
}

async function describeEnd(
  id: string,
  table: string,
  { status, output }: { readonly status: string; readonly output: object },
  folder: OperationFolder,
): Promise<Outcome> {
  const {
    total = 0,
    done = 0,
    failed = 0,
    failuresAt,
    error,
  } = output as Partial<BulkProgress> & {
    readonly error?: { readonly message: string };
  };
  const failures: BulkFailure[] = [];
  if (failed > 0) {
    for await (const failure of failuresOf(folder)) {
      if (failures.length === MAX_SHOWN) break;
      failures.push(failure);
    }
  }
  const more = failed > failures.length ? [`  and ${failed - failures.length} more, in ${failuresAt}`] : [];
  return {
    result: { table, state: status, asyncOperationId: id, total, done, failed, failures, failuresAt },
    lines: [
      `${number(done)} of ${count(total, 'granule')} done, ${number(failed)} failed`,
      ...failures.map((failure) => `  ${failure.granuleId}: ${failure.error}`),
      ...more,
    ],
    error,
    failure: status === 'SUCCEEDED' ? undefined : (error?.message ?? `${count(failed, 'granule')} failed.`),
  };
}
