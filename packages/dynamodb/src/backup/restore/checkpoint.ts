import type { SetAsideState } from './set-aside-file.ts';

/** How far an unfinished restore has come. */
export interface RestoreCheckpoint extends RestoreState {
  /** Identifies the backup by its content. Only a restore of the same content is continued. */
  readonly sha256: string;
  /** When the first run began: ISO 8601, UTC. Absent from those of earlier releases. */
  readonly startedAt?: string | undefined;
  /** The identity of the target; null while it was still to be made by the restore. */
  readonly tableId: string | null;
  /** Whether the restore made the table, and so has to set its settings at the end. */
  readonly created: boolean;
  /** What it does with items that are there: a continuation has to do the same. */
  readonly existingItems: 'refuse' | 'overwrite' | 'skip';
  /** A digest of what chooses the items of the backup that are restored; absent where all are. */
  readonly selection?: string | undefined;
}

/** The part of a restore that is done. */
export interface RestoreState {
  /** All lines up to this one, counted from 1, are done with. */
  readonly line: number;
  /** What became of their items: put, or left out because the table had one of the same key. */
  readonly written: number;
  readonly skipped: number;
  /** How many of those that were written were deletions; absent where there are none. */
  readonly deleted?: number | undefined;
  /** Where those lines are that DynamoDB does not take; absent where none are set aside. */
  readonly setAside?: SetAsideState | undefined;
}

/** Its name beside the backup: what belongs together stays together, and a restore into another table has its own. */
export function restoreCheckpointName(table: string): string {
  return `restore-${table}.checkpoint.json`;
}
