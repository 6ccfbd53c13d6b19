import { ReadingProgress } from '../../backup/read/reading-progress.ts';
import { parseKey } from '../../backup/select/parse-key.ts';
import { canonicalItem, type TypedItem } from '../../items/typed-item.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import { TimeNotArchivedError } from '../errors.ts';
import type { Change } from '../format/segment.ts';
import { type OpenedTable, openTable } from '../open-archive.ts';
import type { ChainedExport } from '../read/export-chain.ts';
import { readMerged } from '../read/merged-changes.ts';
import { openExport } from '../read/open-export.ts';
import { timeOf } from '../read/points.ts';
import type { TakeChange } from '../read/read-segment.ts';
import type { TableArchive } from '../read/table-archive.ts';
import { provedSegments } from '../state/read-changes.ts';
import { readIncrement } from '../state/read-export.ts';
import type { HistoryEnd, HistoryEntry } from './entries.ts';
import { History } from './history.ts';
import type { ItemHistoryOptions } from './options.ts';

/**
 * The history of one item, in its order: its changes, what it was before the first of them, and the gaps between them. Where a pruning has
 * merged changes, it has the last one of each time between two kept seconds; where exports alone have a time, the last one of each window.
 * It reads all segments and the bases that histories begin with, in bounded memory, and gives the changes of each segment once that is proved.
 *
 * The oldest base says what the item was at the beginning, and after a gap the first base after it. A base says nothing where the archive
 * has an earlier change of the item.
 * @returns at its end what the history comes to
 * @throws InvalidSelectionError for a text that is no key of the table; TimeNotArchivedError if there is no base yet to read it by
 * @throws TableNotArchivedError, ArchiveDamagedError, CorruptBackupError, FileError, StorageError
 * @example
 * ```ts
 * import { itemHistory } from '@cumulus/dynamodb/archive';
 *
 * const archive = 's3://my-archive/prod';
 * for await (const entry of itemHistory({ archive, table: 'prod-GranulesTable', key: 'granuleId=G1' })) {
 *   if (entry.kind === 'change') console.log(entry.time.toISOString(), entry.event, entry.item?.['status']);
 * }
 * ```
 */
export async function* itemHistory(options: ItemHistoryOptions): AsyncGenerator<HistoryEntry, HistoryEnd> {
  const { table, identities, abortSignal, onProgress } = options;
  const { storage, archive } = await openTable(options);
  const key = typeof options.key === 'string' ? readKey(options.key, archive) : options.key;
  const wanted = canonicalItem(key);
  const history = new History({ storage, archive }, key, options);
  const heads = archive.streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head ?? []));
  const expectedItems =
    heads.reduce((sum, { header }) => sum + header.total.changes, 0) +
    incrementsOf(archive).reduce((sum, { note }) => sum + note.export.items, 0) +
    archive.merged.reduce((sum, { header }) => sum + header.changes, 0);
  const progress = new ReadingProgress(onProgress, { phase: 'searching', table, expectedItems });
  for (const increment of incrementsOf(archive)) {
    await readWindow({ storage, archive }, increment, options, async (change) => {
      progress.count(1);
      if (canonicalItem(change.key as TypedItem) === wanted) history.foundInWindow(change, increment);
    });
  }
  /** The last merged change of each stream, after which those of its segments come. */
  const merged = new Map<string, StreamPosition>();
  for (const file of [...archive.merged].sort((a, b) => timeOf(a) - timeOf(b))) {
    let found: Change | undefined;
    const take: TakeChange = (change, line) => {
      progress.count(line.length);
      if (canonicalItem(change.key as TypedItem) === wanted) found = change;
      return undefined;
    };
    await readMerged(storage, file, { take, identities, abortSignal });
    const { label } = file.header.stream;
    if (found === undefined || !isAfter(found.sequenceNumber, merged.get(label) ?? 'start')) continue;
    merged.set(label, found.sequenceNumber as StreamPosition);
    yield* history.add(found, storage.pathOf(file.name), new Date(file.header.after));
  }
  for (const stream of archive.streams) {
    const since = merged.get(stream.stream.label) ?? 'start';
    for (const shard of stream.shards) {
      let found: Change[] = [];
      const segments = provedSegments({ storage, stream, shard, identities, abortSignal }, (change, line) => {
        progress.count(line.length);
        if (canonicalItem(change.key as TypedItem) === wanted) found.push(change);
        return undefined;
      });
      for await (const { name } of segments) {
        const later = found.filter(({ sequenceNumber }) => isAfter(sequenceNumber, since));
        for (const change of later) yield* history.add(change, storage.pathOf(name));
        found = [];
      }
    }
  }
  return yield* history.end();
}

/** @throws TimeNotArchivedError, InvalidSelectionError */
function readKey(text: string, { table, bases, states, exports }: TableArchive): TypedItem {
  const [newest] = [...bases, ...states].reverse();
  const exported = exports.at(-1)?.runs.at(-1)?.full.note.settings;
  const described = newest?.manifest.table ?? exported;
  if (described != null) return parseKey(text, described.schema.key);
  throw new TimeNotArchivedError(table, `The archive has no base of table ${table} yet, which says what its key is.`);
}

/** Increments of exports, in the order of time. */
function incrementsOf({ exports }: TableArchive): readonly ChainedExport[] {
  return exports.flatMap(({ runs }) => runs.flatMap(({ increments }) => increments));
}

async function readWindow(
  { storage, archive }: OpenedTable,
  increment: ChainedExport,
  { s3, abortSignal }: ItemHistoryOptions,
  take: (change: Change) => Promise<void>,
): Promise<void> {
  const { runs } = archive.exports.find(({ chain }) => increment.name.includes(`.${chain}.exports.`)) ?? { runs: [] };
  const schema = runs.at(-1)?.full.note.settings?.schema;
  if (schema === undefined) return;
  const reader = await openExport(storage, increment, { s3, abortSignal });
  try {
    await readIncrement(reader, increment, schema, abortSignal, take);
  } finally {
    await reader.close();
  }
}
