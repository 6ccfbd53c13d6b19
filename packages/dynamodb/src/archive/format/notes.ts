import { isObject } from '../../aws/is-object.ts';
import type { Shard } from '../../streams/shards.ts';
import type { ProvedFile } from './segment.ts';

const REACH_FORMAT = 'cumulus-dynamodb-reach';
const SHARDS_FORMAT = 'cumulus-dynamodb-shards';
const WAITING_FORMAT = 'cumulus-dynamodb-waiting';
const PRUNED_FORMAT = 'cumulus-dynamodb-pruned';
const PRUNED_EXPORTS_FORMAT = 'cumulus-dynamodb-pruned-exports';
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
export interface ShardsNote {
  readonly arn: string;
  /** When the list was requested: ISO 8601, UTC. */
  readonly at: string;
  readonly shards: readonly Shard[];
}

/** A follower has no shard, and waits for some. */
export interface WaitingNote {
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

export function formatReach(note: ReachNote): string {
  return `${JSON.stringify({ format: REACH_FORMAT, formatVersion: VERSION, ...note })}\n`;
}

/** @returns undefined if the text is no such note */
export function parseReach(text: string): ReachNote | undefined {
  const note = parse(text, REACH_FORMAT);
  const { segment, readTo, settle } = note ?? {};
  const isNote = (segment === null || isObject(segment)) && isTime(readTo) && Number.isFinite(settle);
  return isNote ? (note as unknown as ReachNote) : undefined;
}

export function formatShards(note: ShardsNote): string {
  return `${JSON.stringify({ format: SHARDS_FORMAT, formatVersion: VERSION, ...note })}\n`;
}

/** @returns undefined if the text is no such note */
export function parseShards(text: string): ShardsNote | undefined {
  const note = parse(text, SHARDS_FORMAT);
  const isNote = note !== undefined && Array.isArray(note['shards']) && isTime(note['at']);
  return isNote ? (note as unknown as ShardsNote) : undefined;
}

export function formatWaiting(note: WaitingNote): string {
  return `${JSON.stringify({ format: WAITING_FORMAT, formatVersion: VERSION, ...note })}\n`;
}

/** @returns undefined if the text is no such note */
export function parseWaiting(text: string): WaitingNote | undefined {
  const note = parse(text, WAITING_FORMAT);
  const isNote = note !== undefined && typeof note['follower'] === 'string' && isTime(note['at']);
  return isNote ? (note as unknown as WaitingNote) : undefined;
}

export function formatPruned(note: PrunedNote): string {
  return `${JSON.stringify({ format: PRUNED_FORMAT, formatVersion: VERSION, ...note })}\n`;
}

/** @returns undefined if the text is no such note */
export function parsePruned(text: string): PrunedNote | undefined {
  const note = parse(text, PRUNED_FORMAT);
  const isNote =
    note !== undefined &&
    isTime(note['until']) &&
    [note['shards'], note['ends'], note['kept'], note['going']].every((list) => Array.isArray(list));
  return isNote ? (note as unknown as PrunedNote) : undefined;
}

export function formatPrunedExports(note: PrunedExportsNote): string {
  return `${JSON.stringify({ format: PRUNED_EXPORTS_FORMAT, formatVersion: VERSION, ...note })}\n`;
}

/** @returns undefined if the text is no such note */
export function parsePrunedExports(text: string): PrunedExportsNote | undefined {
  const note = parse(text, PRUNED_EXPORTS_FORMAT);
  const isNote =
    note !== undefined &&
    Number.isSafeInteger(note['number']) &&
    isObject(note['last']) &&
    isTime(note['until']) &&
    [note['kept'], note['going']].every((list) => Array.isArray(list));
  return isNote ? (note as unknown as PrunedExportsNote) : undefined;
}

function parse(text: string, format: string): { readonly [field: string]: unknown } | undefined {
  let note: unknown;
  try {
    note = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(note) && note['format'] === format && note['formatVersion'] === VERSION ? note : undefined;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
