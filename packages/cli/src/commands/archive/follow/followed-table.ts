import type { FollowEvent } from '@cumulus/dynamodb/archive';

/** What was archived of a table so far. */
export interface FollowedTable {
  readonly table: string;
  readonly changes: number;
  readonly segments: number;
  /** Bytes of the segments, as they are stored. */
  readonly bytes: number;
  readonly gaps: number;
  /** The bases that were made: paths or URLs. */
  readonly bases: readonly string[];
  /** Why there is no base. */
  readonly baseFailure: Error | undefined;
  /** Why it is not followed now. */
  readonly failure: Error | undefined;
}

export function newlyFollowed(table: string): FollowedTable {
  const nothing = { changes: 0, segments: 0, bytes: 0, gaps: 0, bases: [] };
  return { table, ...nothing, baseFailure: undefined, failure: undefined };
}

/** A table after something happened to it. */
export function afterEvent(table: FollowedTable, event: FollowEvent): FollowedTable {
  switch (event.kind) {
    case 'segment':
      return {
        ...table,
        changes: table.changes + event.changes,
        segments: table.segments + 1,
        bytes: table.bytes + event.bytes,
      };
    case 'gap':
      return { ...table, gaps: table.gaps + 1 };
    case 'base made':
      return { ...table, bases: [...table.bases, event.file], baseFailure: undefined };
    case 'base failed':
      return { ...table, baseFailure: event.error };
    case 'paused':
      return { ...table, failure: event.error };
    case 'resumed':
      return { ...table, failure: undefined };
    default:
      return table;
  }
}
