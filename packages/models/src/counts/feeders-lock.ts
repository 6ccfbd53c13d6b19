import { conditions, writeIf } from '@cumulus/dynamodb/items';
import type { CountedType } from './counted-types.ts';
import { LOCK_TIME } from './counts-state.ts';
import { ALL, type CountsTable } from './counts-table.ts';

interface LockOptions extends CountsTable {
  readonly recordType: CountedType;
}

/**
 * Makes the feeders wait: their checkpoints do not change while the lock is there.
 * @returns until when, in milliseconds since 1970; undefined if another generation is in force by now
 */
export async function lock(options: LockOptions, generation: string): Promise<number | undefined> {
  const { client, countsTable: table, recordType } = options;
  const lockedUntil = Date.now() + LOCK_TIME;
  const isSame = conditions.equals('generation', generation);
  const { done } = await writeIf(client, {
    ...{ kind: 'update', table, key: { recordType, group: ALL } },
    changes: { set: { lockedUntil }, setIfAbsent: { generation } },
    conditions: [conditions.anyOf(conditions.absent('generation'), isSame)],
  });
  return done ? lockedUntil : undefined;
}

/** Lets the feeders go on after a failure. */
export async function unlock({ client, countsTable: table, recordType }: LockOptions): Promise<void> {
  await writeIf(client, {
    ...{ kind: 'update', table, key: { recordType, group: ALL } },
    changes: { remove: ['lockedUntil'] },
    conditions: [conditions.exists('lockedUntil')],
  });
}
