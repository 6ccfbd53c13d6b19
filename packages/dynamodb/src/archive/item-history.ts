import { canonicalItem, type TypedItem } from '../items/typed-item.ts';
import { type ArchivedTableOptions, openArchive } from './open-archive.ts';
import { readTableArchive } from './read/table-archive.ts';
import { provedSegments } from './state/read-changes.ts';

export interface ItemHistoryOptions extends ArchivedTableOptions {
  /** The item's key, in typed JSON. */
  readonly key: TypedItem;
}

/** A change of an item. */
export interface ArchivedChange {
  /** The second, as DynamoDB gives it. */
  readonly time: Date;
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly event: string;
  /** Whether DynamoDB deleted the item by its time to live. */
  readonly expired: boolean;
  /** What the change left, in typed JSON; undefined if it deleted the item. */
  readonly item: TypedItem | undefined;
  readonly sequenceNumber: string;
  /** The segment that has it: a path or URL. */
  readonly file: string;
}

/**
 * The changes of one item, in their order. It reads all segments, in bounded memory, and gives those of each once that is proved.
 * @throws ArchiveDamagedError, FileError, StorageError
 * @example
 * ```ts
 * import { itemHistory } from '@cumulus/dynamodb/archive';
 *
 * const key = { granuleId: { S: 'MOD09GQ.A2016358.h13v04.006.2016360104606' } };
 * for await (const { time, event, item } of itemHistory({
 *   archive: 's3://my-archive/prod',
 *   table: 'prod-GranulesTable',
 *   key,
 * })) {
 *   console.log(time.toISOString(), event, item?.['status']);
 * }
 * ```
 */
export async function* itemHistory(options: ItemHistoryOptions): AsyncGenerator<ArchivedChange, void> {
  const { table, key, abortSignal } = options;
  const storage = await openArchive(options.archive, options);
  const wanted = canonicalItem(key);
  const { streams } = await readTableArchive(storage, table, abortSignal);
  for (const stream of streams) {
    for (const shard of stream.shards) {
      let found: Omit<ArchivedChange, 'file'>[] = [];
      const segments = provedSegments({ storage, stream, shard, abortSignal }, (change) => {
        const { time, event, expired = false, item, sequenceNumber } = change;
        if (canonicalItem(change.key as TypedItem) !== wanted) return undefined;
        const changed = { time: new Date(time * 1000), event, expired, sequenceNumber };
        found.push({ ...changed, item: item as TypedItem | undefined });
        return undefined;
      });
      for await (const { name } of segments) {
        for (const change of found) yield { ...change, file: storage.pathOf(name) };
        found = [];
      }
    }
  }
}
