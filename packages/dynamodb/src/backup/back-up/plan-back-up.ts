import { checkRecipients } from '../../storage/encryption/recipients.ts';
import { describeTable } from '../../tables/describe.ts';
import { BackupStore } from '../store/backup-store.ts';
import type { DiscardedPartial } from '../store/too-old.ts';
import { findInterrupted } from './find-interrupted.ts';
import type { BackUpOptions } from './options.ts';

/** What a backup would do, if nothing changes meanwhile. */
export interface PlannedBackUp {
  readonly table: string;
  readonly file: string;
  /** Items and bytes in the table by DynamoDB's estimate, which may be six hours old. */
  readonly estimatedItems: number;
  readonly estimatedBytes: number;
  /** The name under which the backup that is there would stay; absent if there is none, or it would not stay. */
  readonly keepsAs?: string | undefined;
  /** The interrupted backup that would be continued: when it was begun (ISO 8601, UTC), and what it has read. */
  readonly resumes?: { readonly startedAt: string; readonly items: number } | undefined;
  /** The interrupted backup that would not be continued, though that is asked for. */
  readonly discarded?: DiscardedPartial | undefined;
  /** Earlier backups that would be removed, unless one of them has far more items than the table. */
  readonly removes: readonly string[];
}

/**
 * Finds out what {@link backUpTable} would do, and changes nothing.
 * @throws RecipientError, ResumeMismatchError, TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError, FileError, StorageError
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { planBackUp } from '@cumulus/dynamodb/backup';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const { keepsAs, removes } = await planBackUp({ client, table: 'prod-GranulesTable', directory: 'backups', keep: 2 });
 * ```
 */
export async function planBackUp(
  options: Omit<BackUpOptions, 'concurrency' | 'maxReadUnits' | 'onProgress' | 'onWarning'>,
): Promise<PlannedBackUp> {
  const { client, table, keep = 1, abortSignal } = options;
  await checkRecipients(options.recipients);
  const description = await describeTable(client, table, abortSignal);
  const store = await BackupStore.open(options, description);
  if (keep > 0) await store.requireKeepable();
  const time = await store.timeOfCurrent();
  const keepsAs = time === undefined || keep === 0 ? undefined : store.keptName(time);
  const kept = await store.kept();
  const { interrupted, discarded } = await findInterrupted(options, description, store);
  return {
    table,
    file: interrupted === undefined ? store.data : store.unfinished,
    estimatedItems: description.estimatedItems,
    estimatedBytes: description.estimatedBytes,
    keepsAs,
    resumes: interrupted && { startedAt: interrupted.startedAt, items: interrupted.items },
    discarded,
    removes: store.isDated ? [] : kept.slice(keepsAs === undefined ? keep : keep - 1),
  };
}
