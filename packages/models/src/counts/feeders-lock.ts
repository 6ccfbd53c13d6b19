import { conditions, writeIf } from '@cumulus/dynamodb/items';
import type { CountedType } from './counted-types.ts';
import { LOCK_TIME } from './counts-state.ts';
import { ALL, type CountsTable } from './counts-table.ts';

interface LockOptions extends CountsTable {
  readonly recordType: CountedType;
}

/** Makes the feeders wait. Their places do not change any more, as long as the lock is there. */
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

/** Lets the feeders go on after a failure; an end that comes too late finds its lock gone. */
export async function unlock({ client, countsTable: table, recordType }: LockOptions): Promise<void> {
  await writeIf(client, {
    ...{ kind: 'update', table, key: { recordType, group: ALL } },
    changes: { remove: ['lockedUntil'] },
    conditions: [conditions.exists('lockedUntil')],
  });
}
