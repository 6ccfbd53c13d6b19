import type { CopiedPayloads, FollowEvent } from '@cumulus/dynamodb/archive';

/** What was archived of a table so far. */
export interface FollowedTable {
  readonly table: string;
  readonly changes: number;
  readonly segments: number;
  /** Bytes of the segments, as they are stored. */
  readonly bytes: number;
  readonly gaps: number;
  /** How often changes left a pointer to an object in S3. */
  readonly pointersToS3: number;
  /** What became of such objects; undefined if they were not to be copied. */
  readonly payloads: CopiedPayloads | undefined;
  /** The bases that were made: paths or URLs. */
  readonly bases: readonly string[];
  /** Why there is no base. */
  readonly baseFailure: Error | undefined;
  /** Why it is not followed now. */
  readonly failure: Error | undefined;
}

export function newlyFollowed(table: string): FollowedTable {
  const nothing = { changes: 0, segments: 0, bytes: 0, gaps: 0, bases: [], pointersToS3: 0 };
  return { table, ...nothing, payloads: undefined, baseFailure: undefined, failure: undefined };
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
        pointersToS3: table.pointersToS3 + event.pointersToS3,
      };
    case 'gap':
      return { ...table, gaps: table.gaps + 1 };
    case 'base made':
      return { ...table, bases: [...table.bases, event.file], baseFailure: undefined };
    case 'base failed':
      return { ...table, baseFailure: event.error };
    case 'payloads':
      return { ...table, payloads: event.copied };
    case 'paused':
      return { ...table, failure: event.error };
    case 'resumed':
      return { ...table, failure: undefined };
    default:
      return table;
  }
}
