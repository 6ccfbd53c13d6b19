import { deleteItems, MAX_TRANSACTION_WRITES, type PlainItem, type Put, writeTogether } from '@cumulus/dynamodb/items';
import type { StreamPosition, TableStream } from '@cumulus/dynamodb/streams';
import type { CountedType } from './counted-types.ts';
import type { CountsState } from './counts-state.ts';
import {
  type CountsTable,
  collectionGroup,
  collectionsPrefix,
  countAttributes,
  DAYS,
  dayGroup,
  daysOf,
  tallyOf,
} from './counts-table.ts';
import { itemPagesOf, itemsOf } from './read-counts.ts';
import { checkpointAttributes, shardGroup } from './shard-checkpoint.ts';
import { Tally } from './tally.ts';

/** Whose counts a generation has. */
interface GenerationOptions extends CountsTable {
  readonly recordType: CountedType;
  readonly abortSignal?: AbortSignal | undefined;
}

export async function writeCollections(
  options: GenerationOptions,
  generation: string,
  tally: Tally,
  collectionIds: Iterable<string>,
): Promise<void> {
  const items = [...collectionIds].flatMap((collectionId) => {
    const group = tally.collections.get(collectionId);
    if (group === undefined) return [];
    return [
      { group: collectionGroup(generation, collectionId), collectionId, ...countAttributes(group, 'collection') },
    ];
  });
  await putItems(options, items);
}

/** Writes the counts of days: as they are in the tally, of those that have changed. */
export async function writeDays(
  options: GenerationOptions,
  generation: string,
  tally: Tally,
  changed: Tally,
): Promise<void> {
  const isChanged = new Set(daysOf(changed).map(({ collectionId, day }) => dayGroup(generation, collectionId, day)));
  const items = daysOf(tally).flatMap(({ collectionId, day, counts }) => {
    const group = dayGroup(generation, collectionId, day);
    return isChanged.has(group) ? [{ group, collectionId, day, ...counts }] : [];
  });
  await putItems(options, items);
}

export async function writeCheckpoints(
  options: GenerationOptions,
  generation: string,
  stream: TableStream,
  positions: ReadonlyMap<string, StreamPosition>,
): Promise<void> {
  const items = [...positions].map(([shard, position]) => ({
    group: shardGroup(generation, { stream: stream.label, shard }),
    ...checkpointAttributes(position),
  }));
  await putItems(options, items);
}

async function putItems(options: GenerationOptions, items: readonly PlainItem[]): Promise<void> {
  const { client, countsTable: table, recordType, abortSignal } = options;
  for (let start = 0; start < items.length; start += MAX_TRANSACTION_WRITES) {
    abortSignal?.throwIfAborted();
    const some = items.slice(start, start + MAX_TRANSACTION_WRITES);
    await writeTogether(
      client,
      some.map((item): Put => ({ kind: 'put', table, item: { recordType, ...item }, conditions: [] })),
    );
  }
}

export async function removeGenerations(
  options: GenerationOptions,
  isOld: (generation: string) => boolean,
): Promise<void> {
  const { client, countsTable: table, recordType } = options;
  for (const prefix of ['collection#', 'shard#', DAYS]) {
    for await (const items of itemPagesOf(options, { from: prefix, to: `${prefix}\u{10FFFF}` })) {
      const old = items.map((item) => item['group'] as string).filter((group) => isOld(group.split('#')[1] ?? ''));
      await deleteItems(
        { client, table },
        old.map((group) => ({ recordType, group })),
      );
    }
  }
}

/** All counts of the generation in force. */
export async function readAll(options: GenerationOptions, { generation, item }: CountsState): Promise<Tally> {
  const tally = new Tally();
  tally.all.addAll(tallyOf(item));
  for (const collection of await itemsOf(options, collectionsPrefix(generation))) {
    tally.collections.set(collection['collectionId'] as string, tallyOf(collection));
  }
  return tally;
}
