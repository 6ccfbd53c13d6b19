import { isObject } from '../../aws/is-object.ts';
import { parseObject } from '../../aws/parse-object.ts';
import type { Shard } from '../../streams/shards.ts';
import type { ProvedFile } from './segment.ts';

const VERSION = 1;

/** How far a shard has been read when no changes came. It counts only together with the segment that it names. */
export interface ReachNote {
  /** The shard's last segment; null if it had none. */
  readonly segment: ProvedFile | null;
  /** Up to when the shard has been read: ISO 8601, UTC. */
  readonly readTo: string;
  /** How long after its time a change may come, in milliseconds. */
  readonly settle: number;
}

/** The shards that a stream had at a time. */
interface ShardsNote {
  readonly arn: string;
  /** When the list was requested: ISO 8601, UTC. */
  readonly at: string;
  readonly shards: readonly Shard[];
}

/** A follower has no shard, and waits for some. */
interface WaitingNote {
  /** A random identity of the follower. */
  readonly follower: string;
  /** When it was noted: ISO 8601, UTC. */
  readonly at: string;
}

/** What was removed of a stream, since it was not to be kept. */
export interface PrunedNote {
  /** Up to then changes are gone: ISO 8601, UTC. */
  readonly until: string;
  /** Shards whose segments go. Some may still be there, if the pruning was interrupted. */
  readonly shards: readonly string[];
  /** The last segments of those shards, as far as shards that stay follow them. */
  readonly ends: readonly ProvedFile[];
  /** Backups and merged changes that were there after the pruning, and have to be there still. */
  readonly kept: readonly ProvedFile[];
  /** Backups that go. Of one the manifest may still be there alone, if the pruning was interrupted. */
  readonly going: readonly string[];
}

/** What was removed of a chain of exports, since it was not to be kept. */
export interface PrunedExportsNote {
  /** Up to this place in the chain exports go. Some may still be there, if the pruning was interrupted. */
  readonly number: number;
  /** The note at that place, which the next one follows. */
  readonly last: ProvedFile;
  /** When that export ended: ISO 8601, UTC. */
  readonly until: string;
  /** Backups of seconds that exports gave. They were there after the pruning, and have to be there still. */
  readonly kept: readonly ProvedFile[];
  /** Backups that go. Of one the manifest may still be there alone, if the pruning was interrupted. */
  readonly going: readonly string[];
}

const REACH = noteFormat<ReachNote>(
  'cumulus-dynamodb-reach',
  ({ segment, readTo, settle }) => (segment === null || isObject(segment)) && isTime(readTo) && Number.isFinite(settle),
);
export const formatReach = REACH.format;
export const parseReach = REACH.parse;

const SHARDS = noteFormat<ShardsNote>(
  'cumulus-dynamodb-shards',
  ({ shards, at }) => Array.isArray(shards) && isTime(at),
);
export const formatShards = SHARDS.format;
export const parseShards = SHARDS.parse;

const WAITING = noteFormat<WaitingNote>(
  'cumulus-dynamodb-waiting',
  ({ follower, at }) => typeof follower === 'string' && isTime(at),
);
export const formatWaiting = WAITING.format;
export const parseWaiting = WAITING.parse;

const PRUNED = noteFormat<PrunedNote>(
  'cumulus-dynamodb-pruned',
  ({ until, shards, ends, kept, going }) => isTime(until) && [shards, ends, kept, going].every(Array.isArray),
);
export const formatPruned = PRUNED.format;
export const parsePruned = PRUNED.parse;

const PRUNED_EXPORTS = noteFormat<PrunedExportsNote>(
  'cumulus-dynamodb-pruned-exports',
  ({ number, last, until, kept, going }) =>
    Number.isSafeInteger(number) && isObject(last) && isTime(until) && [kept, going].every(Array.isArray),
);
export const formatPrunedExports = PRUNED_EXPORTS.format;
export const parsePrunedExports = PRUNED_EXPORTS.parse;

interface NoteFormat<Note> {
  readonly format: (note: Note) => string;
  /** @returns undefined if the text is no such note */
  readonly parse: (text: string) => Note | undefined;
}

/** How one kind of note is written. @param isNote whether the fields of an object are those of such a note */
function noteFormat<Note extends object>(
  format: string,
  isNote: (fields: { readonly [field: string]: unknown }) => boolean,
): NoteFormat<Note> {
  return {
    format: (note) => `${JSON.stringify({ format, formatVersion: VERSION, ...note })}\n`,
    parse: (text) => {
      const fields = parseObject(text) ?? {};
      const isOfFormat = fields['format'] === format && fields['formatVersion'] === VERSION;
      return isOfFormat && isNote(fields) ? (fields as Note) : undefined;
    },
  };
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
