import { byAge, type OnDemandBackup } from './backup.ts';

/** How long backups are kept: by number or by age. */
export interface Retention {
  /** How many of each table's newest stay. */
  readonly keep?: number | undefined;
  /** Those that were made before this go, except each table's newest. */
  readonly olderThan?: Date | undefined;
  /** Only backups whose names start like this are counted, and deleted. */
  readonly namePrefix?: string | undefined;
}

/** What happens to a backup. */
export interface PruneDecision {
  readonly backup: OnDemandBackup;
  readonly goes: boolean;
  /** Why it stays or goes, in a few words. */
  readonly because: string;
}

/**
 * Chooses, table by table, the backups that a retention does not keep. Only what is AVAILABLE counts as kept, so
 * that a table never loses the last backup that it can be restored from; what is still being made stays, and does not count.
 * SYSTEM backups are left out: they are DynamoDB's to delete.
 * @returns tables in the order of their names, each with its backups newest first
 * @example
 * ```ts
 * import type { OnDemandBackup } from '@cumulus/dynamodb/recovery';
 * import { choosePruned } from '@cumulus/dynamodb/recovery';
 *
 * declare const backups: readonly OnDemandBackup[];
 * const decisions = choosePruned(backups, { keep: 7, namePrefix: 'nightly-' });
 * const toDelete = [...decisions.values()].flat().filter(({ goes }) => goes);
 * ```
 */
export function choosePruned(
  backups: readonly OnDemandBackup[],
  { keep = 1, olderThan, namePrefix = '' }: Retention,
): ReadonlyMap<string, readonly PruneDecision[]> {
  const concerned = backups.filter(({ type, name }) => type === 'USER' && name.startsWith(namePrefix)).sort(byAge);
  const tables = [...new Set(concerned.map(({ table }) => table))].sort();
  const decide = (table: string): readonly PruneDecision[] => {
    let kept = 0;
    return concerned
      .filter((backup) => backup.table === table)
      .map((backup): PruneDecision => {
        if (backup.status !== 'AVAILABLE') return { backup, goes: false, because: `it is ${backup.status}` };
        kept += 1;
        const isAmongNewest = kept <= keep;
        if (olderThan === undefined) {
          const because = `${isAmongNewest ? 'one of' : 'older than'} the newest ${keep}`;
          return { backup, goes: !isAmongNewest, because };
        }
        if (backup.createdAt >= olderThan) return { backup, goes: false, because: 'it is not that old' };
        return { backup, goes: !isAmongNewest, because: isAmongNewest ? 'the newest of its table' : 'it is older' };
      });
  };
  return new Map(tables.map((table) => [table, decide(table)]));
}
