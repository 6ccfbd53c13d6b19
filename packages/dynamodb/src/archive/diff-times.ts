import { canonicalItem, type TypedItem } from '../items/typed-item.ts';
import { TimeNotArchivedError } from './errors.ts';
import { type ArchivedTableOptions, openTable } from './open-archive.ts';
import { gapsOfExports, knownGaps } from './read/known-gaps.ts';
import type { TableArchive } from './read/table-archive.ts';
import { notArchivedAt, pointsOf, sourceOver } from './state/plan-state.ts';
import { itemAt, type KeyHistory, SortedKeys } from './state/sorted-keys.ts';

export interface DiffTimesOptions extends ArchivedTableOptions {
  /** The two seconds, which are rounded down. */
  readonly from: Date;
  readonly to: Date;
}

/** An item that is not the same at two seconds. */
export interface TimeDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** In typed JSON. */
  readonly key: TypedItem;
  /** What it was at the first second, in typed JSON; undefined if it was not there. */
  readonly before: TypedItem | undefined;
  /** What it was at the second one. */
  readonly after: TypedItem | undefined;
  /** How many changes lie between the two, that of the second one included. */
  readonly changes: number;
}

/**
 * The items that differ between two seconds of a table, by value, in the order of their keys' bytes. Base and changes are read once, in
 * bounded memory. What has changed and changed back is no difference.
 * @throws TimeNotArchivedError for a second that is not archived, or if a gap is between the two; TableNotArchivedError
 * @throws ArchiveDamagedError, CorruptBackupError, FileError, StorageError
 * @example
 * ```ts
 * import { diffTimes } from '@cumulus/dynamodb/archive';
 *
 * for await (const { kind, key } of diffTimes({
 *   archive: 's3://my-archive/prod',
 *   table: 'prod-GranulesTable',
 *   from: new Date('2026-11-29T20:00:00Z'),
 *   to: new Date('2026-11-29T21:00:00Z'),
 * })) {
 *   console.log(kind, key);
 * }
 * ```
 */
export async function* diffTimes(options: DiffTimesOptions): AsyncGenerator<TimeDifference, void> {
  const { s3, identities, abortSignal } = options;
  const [from, to] = [secondOf(options.from), secondOf(options.to)];
  if (from > to) throw new RangeError('The first of two times is later than the second.');
  const { storage, archive } = await openTable(options);
  const source = sourceOver(archive, from * 1000, to * 1000);
  if (source === undefined) {
    const isThere = (at: number): boolean =>
      sourceOver(archive, at, at) !== undefined || pointsOf(archive).includes(at);
    for (const at of [from * 1000, to * 1000]) if (!isThere(at)) throw notArchivedAt(archive, at);
    throw gapBetween(archive, from * 1000, to * 1000);
  }
  const sorted = await SortedKeys.read({
    ...{ storage, s3, identities, source, until: to * 1000, abortSignal },
    takeUnchanged: () => undefined,
  });
  try {
    for await (const history of sorted.keys()) {
      abortSignal?.throwIfAborted();
      const difference = differenceOf(history, from, to);
      if (difference !== undefined) yield difference;
    }
  } finally {
    await sorted.close();
  }
}

/** Why two seconds that can be restored cannot be compared. */
function gapBetween({ table, streams, exports }: TableArchive, from: number, to: number): TimeNotArchivedError {
  const gap = [...knownGaps(streams), ...gapsOfExports(exports)].find(
    (each) => each.from !== undefined && each.until >= from && each.from <= to,
  );
  const [begin, end] = [gap?.from, gap?.until].map((time = 0) => new Date(time).toISOString());
  const which = gap === undefined ? '' : `: from ${begin} to ${end} some may be missing`;
  return new TimeNotArchivedError(
    table,
    `The archive does not have all changes of table ${table} between the two times${which}.`,
    ['Write the states at both times into files, and compare these.'],
  );
}

function secondOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function differenceOf(history: KeyHistory, from: number, to: number): TimeDifference | undefined {
  const changes = history.changes.filter(({ time }) => time > from && time <= to);
  const [change] = changes;
  if (change === undefined) return undefined;
  const [before, after] = [itemAt(history, from), itemAt(history, to)].map((line) =>
    line === undefined ? undefined : (JSON.parse(line) as TypedItem),
  );
  if (before === undefined && after === undefined) return undefined;
  if (before !== undefined && after !== undefined && canonicalItem(before) === canonicalItem(after)) return undefined;
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return { kind, key: change.key as TypedItem, before, after, changes: changes.length };
}
