import { DeleteTableCommand, type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { classifyAwsError } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { ConnectionError, CumulusError, ThrottledError } from '../../aws/errors.ts';
import { Backoff } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { runWorkers } from '../../aws/workers.ts';
import { findTable } from '../../tables/describe.ts';

/** The waits between two looks at a table that is to go, in milliseconds. */
const DELAYS = { initialDelay: 200, maxDelay: 5_000, backoffRate: 1.5 };

/** How long a table may take to go, or to be there before it can go, in milliseconds. */
const MAX_WAIT = 5 * 60_000;

/** How long DynamoDB may know nothing of a table whose creation was requested, in milliseconds. */
const MAX_UNSEEN = 5_000;

/** Tables that are deleted at once. */
const AT_ONCE = 4;

/** A table to remove. */
export interface TableToRemove {
  readonly table: string;
  /** When its creation may have been requested last; long ago unless given. */
  readonly requestedAt?: Date | undefined;
}

/** A table that could not be removed. */
export interface Leftover {
  readonly table: string;
  /** Why, in words: a sentence without its table. */
  readonly because: string;
}

export interface Removal {
  /** Those that were there, and are gone. */
  readonly removed: readonly string[];
  readonly leftovers: readonly Leftover[];
}

/**
 * Deletes tables and waits until they are gone. One that is gone already is no error. One that cannot be deleted, or takes
 * minutes, is left and named. It goes on whatever happens, and throws nothing that AWS says.
 * @param maxWait how long to wait for a table, in milliseconds
 */
export async function removeTables(
  client: DynamoDBClient,
  tables: readonly TableToRemove[],
  maxWait: number = MAX_WAIT,
): Promise<Removal> {
  const removed: string[] = [];
  const leftovers: Leftover[] = [];
  const waiting = tables.values();
  await runWorkers(Math.min(AT_ONCE, tables.length), undefined, async () => {
    for (const each of waiting) {
      const found = await removeTable(client, each, maxWait);
      if (found === 'removed') removed.push(each.table);
      else if (found !== 'absent') leftovers.push({ table: each.table, because: found.because });
    }
  });
  return { removed: removed.sort(), leftovers };
}

async function removeTable(
  client: DynamoDBClient,
  { table, requestedAt = new Date(0) }: TableToRemove,
  maxWait: number,
): Promise<'removed' | 'absent' | { readonly because: string }> {
  const begunAt = performance.now();
  // Clocks may differ: the wait is never longer than from now on.
  const unseenFor = Math.min(requestedAt.getTime() + MAX_UNSEEN - Date.now(), MAX_UNSEEN);
  let wasSeen = false;
  let state = 'not known yet';
  for (const backoff = new Backoff(DELAYS); ; await backoff.wait()) {
    try {
      const found = await findTable(client, table);
      if (found === undefined && wasSeen) return 'removed';
      if (found === undefined && performance.now() - begunAt >= unseenFor) return 'absent';
      if (found !== undefined) {
        wasSeen = true;
        state = found.status;
        if (found.restoredFrom?.inProgress) {
          return { because: 'DynamoDB is still restoring it, and deletes no table before that has ended.' };
        }
        if (state !== 'CREATING' && state !== 'DELETING') await requestDeletion(client, table);
      }
    } catch (error) {
      if (!(error instanceof CumulusError)) throw error;
      const passes = error instanceof ThrottledError || error instanceof ConnectionError;
      if (!passes || performance.now() - begunAt > maxWait) return { because: error.problem };
    }
    if (performance.now() - begunAt > maxWait) return { because: `It is still ${state}.` };
  }
}

/** Deletes a table that is not busy; one that is gone or busy is looked at again. */
async function requestDeletion(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await send(client, new DeleteTableCommand({ TableName: table }));
  } catch (error) {
    const { name } = error as Error;
    if (error instanceof ResourceNotFoundException || name === 'ResourceInUseException') return;
    // As many tables are being deleted as an account may at once.
    if (classifyAwsError(error) === 'throttled') return;
    throw await explainDynamoDBError(error, client, { action: 'DeleteTable', table });
  }
}
