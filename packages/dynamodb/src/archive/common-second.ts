import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import { TableNotArchivedError, TimeNotArchivedError } from './errors.ts';
import { type ArchivedTableSummary, listArchive } from './list-archive.ts';
import { readTableArchive } from './read/table-archive.ts';
import { ENDS_OF_WINDOWS } from './state/plan-state.ts';

export interface CommonSecondOptions extends StorageOptions {
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
  /** The second, which is rounded down; the latest that all have, unless given. */
  readonly at?: Date | undefined;
}

/**
 * A second of which an archive has the states of all tables in question. It reads what `listArchive` reads.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @throws TableNotArchivedError if the archive has no table in question
 * @throws TimeNotArchivedError if a table lacks the second; it names the latest one that all have
 * @throws ArchiveDamagedError, FileError, StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { findCommonSecond } from '@cumulus/dynamodb/archive';
 *
 * const at = await findCommonSecond('s3://my-archive/prod', { tables: (table) => table.startsWith('prod-') });
 * console.log(at.toISOString());
 * ```
 */
export async function findCommonSecond(location: string, { at, ...options }: CommonSecondOptions = {}): Promise<Date> {
  const summaries = await listArchive(location, options);
  const [first] = summaries;
  if (first === undefined) throw new TableNotArchivedError(location, {}, []);
  const unreadable = summaries.find(({ problem }) => problem !== undefined);
  if (unreadable !== undefined) {
    await readTableArchive(await openStorage(location, options), unreadable.table, options.abortSignal);
  }
  const latest = latestOf(summaries);
  const second = at === undefined ? latest : new Date(Math.floor(at.getTime() / 1000) * 1000);
  const lacking = second === undefined ? summaries : summaries.filter((summary) => !hasSecond(summary, second));
  if (second !== undefined && lacking.length === 0) return second;
  const names = lacking.map(({ table }) => table).join(', ');
  const count = summaries.length === 1 ? 'the table has' : `all ${summaries.length} tables have`;
  throw new TimeNotArchivedError(
    lacking[0]?.table ?? first.table,
    second === undefined
      ? `There is no second of which the archive has the states of ${names}.`
      : `The archive does not have the state of ${names} at ${second.toISOString()}.`,
    [
      latest === undefined
        ? `There is no second that ${count}.`
        : `The latest that ${count} is ${latest.toISOString()}.`,
      ...(lacking.some(({ exports }) => exports.length > 0) ? [ENDS_OF_WINDOWS] : []),
    ],
  );
}

type Reachable = Pick<ArchivedTableSummary, 'restorable' | 'points'>;

function hasSecond({ restorable, points }: Reachable, at: Date): boolean {
  return (
    restorable.some(({ from, to }) => from <= at && at <= to) ||
    points.some((point) => point.getTime() === at.getTime())
  );
}

/** The second after the latest one is missing somewhere, so that a time of some table ends with it. */
function latestOf(tables: readonly Reachable[]): Date | undefined {
  const ends = tables.flatMap(({ restorable, points }) => [...restorable.map(({ to }) => to), ...points]);
  return ends
    .filter((end) => tables.every((table) => hasSecond(table, end)))
    .reduce<Date | undefined>((latest, end) => (latest === undefined || end > latest ? end : latest), undefined);
}
