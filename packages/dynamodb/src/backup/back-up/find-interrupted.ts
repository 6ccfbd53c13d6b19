import { ResumeMismatchError } from '../../storage/errors.ts';
import type { TableDescription } from '../../tables/describe.ts';
import type { BackupCheckpoint } from '../store/backup-checkpoint.ts';
import type { BackupStore } from '../store/backup-store.ts';
import { DEFAULT_RESUME_WITHIN, type DiscardedPartial, whyTooOld } from '../store/too-old.ts';
import type { BackUpOptions } from './options.ts';

/** What a backup that stopped has left, if a continuation was asked for. */
export interface Interrupted {
  /** To be continued. */
  readonly interrupted?: BackupCheckpoint;
  /** Not to be continued, since it was begun too long ago. */
  readonly discarded?: DiscardedPartial;
}

type ResumeOptions = Pick<BackUpOptions, 'resume' | 'resumeWithin' | 'consistent' | 'segments'>;

/**
 * Looks for a backup to continue, and changes nothing.
 * @throws ResumeMismatchError if the interrupted run was another one
 */
export async function findInterrupted(
  options: ResumeOptions,
  description: TableDescription,
  store: BackupStore,
): Promise<Interrupted> {
  const interrupted = options.resume ? await store.interrupted() : undefined;
  if (interrupted === undefined) return {};
  const { startedAt, items } = interrupted;
  const reason = whyTooOld(startedAt, options.resumeWithin ?? DEFAULT_RESUME_WITHIN);
  if (reason !== undefined) return { discarded: { startedAt, items, reason } };
  checkResumable(interrupted, options, description, store);
  return { interrupted };
}

function checkResumable(
  checkpoint: BackupCheckpoint,
  options: ResumeOptions,
  description: TableDescription,
  store: BackupStore,
): void {
  const { tableArn, tableId, consistentRead, positions } = checkpoint;
  const difference =
    tableArn !== description.arn || tableId !== description.id
      ? `it read another table, ${tableArn} (${tableId}), not ${description.arn} (${description.id})`
      : consistentRead !== (options.consistent ?? false)
        ? `it read ${consistentRead ? 'with' : 'without'} strong consistency`
        : options.segments !== undefined && options.segments !== positions.length
          ? `it cut the table into ${positions.length} segments`
          : undefined;
  if (difference !== undefined) {
    throw new ResumeMismatchError(
      `The interrupted backup to ${store.unfinished} cannot be continued: ${difference}.`,
      ['Nothing was changed.', 'Start again from the beginning.'],
      consistentRead === (options.consistent ?? false) ? {} : { consistent: consistentRead },
    );
  }
}
