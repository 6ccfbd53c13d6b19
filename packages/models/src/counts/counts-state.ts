import { conditions, getItemsCoalesced, type PlainItem, type Update, writeIf } from '@cumulus/dynamodb/items';
import type { CountedType } from './counted-types.ts';
import { ALL, type CountsTable, UNCOUNTED } from './counts-table.ts';

/** How long feeders wait for a recount that was killed as it ended, in milliseconds. */
export const LOCK_TIME = 30_000;

/**
 * How far ahead of this machine's clock another's may be, in milliseconds. A time that is later still comes from a wrong clock, and
 * would keep others waiting for as long as that was wrong.
 */
export const MAX_CLOCK_DIFFERENCE = 15 * 60_000;

/** Why counts may be wrong until a recount. */
export interface RecountDue {
  readonly reason: string;
  /** ISO 8601; undefined where the records were never counted. */
  readonly since?: string | undefined;
}

/** What the item `all` says beside its counts. */
export interface CountsState {
  readonly generation: string;
  /** While a recount is ending: until when nothing else may be counted, in milliseconds since 1970. */
  readonly lockedUntil: number | undefined;
  readonly recountDue: RecountDue | undefined;
  readonly item: PlainItem;
}

export async function readState({ client, countsTable }: CountsTable, recordType: CountedType): Promise<CountsState> {
  const key = { recordType, group: ALL };
  const [item = {}] = await getItemsCoalesced({ client, table: countsTable }, [key]);
  return {
    generation: (item['generation'] as string | undefined) ?? UNCOUNTED,
    lockedUntil: item['lockedUntil'] as number | undefined,
    recountDue: item['recountDue'] as RecountDue | undefined,
    item,
  };
}

/**
 * Notes that counts may be wrong until a recount that begins after this: after a restore for instance, or a change that
 * the stream does not have. Readers of the counts see it as `recountDue`.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { markRecountDue } from '@cumulus/models/counts';
 *
 * const counts = { client: createClient(), countsTable: 'prod-RecordCountsTable' };
 * await markRecountDue(counts, ['granule'], 'GranulesTable was restored.');
 * ```
 */
export async function markRecountDue(
  { client, countsTable }: CountsTable,
  recordTypes: readonly CountedType[],
  reason: string,
): Promise<void> {
  const recountDue: RecountDue = { reason, since: new Date().toISOString() };
  for (const recordType of recordTypes) {
    const key = { recordType, group: ALL };
    await writeIf(client, {
      kind: 'update',
      table: countsTable,
      key,
      changes: { set: { recountDue } },
      conditions: [],
    });
  }
}

/** The write that requires that a generation is in force and not locked; it removes a lock that a killed recount left. */
export function whileInForce(
  countsTable: string,
  recordType: CountedType,
  { generation, lockedUntil }: CountsState,
): Update {
  const { absent, anyOf, equals } = conditions;
  return {
    kind: 'update',
    table: countsTable,
    key: { recordType, group: ALL },
    changes: { set: { generation }, remove: lockedUntil === undefined ? [] : ['lockedUntil'] },
    conditions: [
      generation === UNCOUNTED
        ? anyOf(absent('generation'), equals('generation', generation))
        : equals('generation', generation),
      lockedUntil === undefined ? absent('lockedUntil') : equals('lockedUntil', lockedUntil),
    ],
  };
}
