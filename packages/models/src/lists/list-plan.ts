import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Condition, conditions, type PlainItem } from '@cumulus/dynamodb/items';
import { canBeKey } from '../schemas/fields.ts';
import type { PageOptions } from './record-list.ts';

/** What a list of the newest records is narrowed to, and its order. */
export interface NewestOptions extends PageOptions {
  readonly status?: string | undefined;
  /** `name___version`. */
  readonly collectionId?: string | undefined;
  /** A provider's id; for granules and PDRs. */
  readonly provider?: string | undefined;
  /** The first and the last `timestamp` that belong to the list, in milliseconds since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `desc`, the newest first, unless given. */
  readonly order?: 'asc' | 'desc' | undefined;
}

/** The table that a list is of. */
export interface ListedTable {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The attribute of the table's partition key. */
  readonly key: string;
  /** The values of `status` that this release writes, each a partition of the index by status. */
  readonly statuses: readonly string[];
  /** Whether records name a provider. */
  readonly hasProvider: boolean;
  /** An index by `collectionId` alone, which also has the records without a timestamp. */
  readonly collectionIndex?: string | undefined;
  /** How many records no index lists, where that is known; undefined where it is not. */
  readonly countUnlisted?: (() => Promise<number | undefined>) | undefined;
}

/** The attribute by which records are newer or older, in milliseconds since 1970. */
export const TIME = 'timestamp';

/** The index that orders the records of one status, collection or provider by {@link TIME}. */
export type TimeIndex = 'status' | 'collectionId' | 'provider';

export function timeIndexName(attribute: TimeIndex): string {
  return `${attribute}-${TIME}-index`;
}

/** An entry's or a record's time. */
export function timeOf(item: PlainItem | undefined): number {
  return Number(item?.[TIME]);
}

/** Where one partition of an index stands: at its start, at its end, or after an entry. */
export type PartitionPosition = 'start' | 'end' | PlainItem;

/** Where a list stands: in its index's partitions, and after these among the records that the index does not have. */
export interface ListPosition {
  readonly partitions: readonly PartitionPosition[];
  /** Undefined while the partitions are being read. */
  readonly unlisted?: PartitionPosition | undefined;
}

/** How a list is read. */
export interface Plan {
  /** Identifies the list in its cursors. */
  readonly name: string;
  readonly index: TimeIndex;
  /** The index's partitions that hold the list. */
  readonly values: readonly string[];
  /** What the index's entries have to be, beside their partition. */
  readonly filter: readonly Condition[];
  /** What a record has to be to belong to the list. */
  readonly wanted: readonly (readonly [attribute: string, value: string])[];
  readonly start: ListPosition;
}

/** @throws RangeError for options that say nothing */
export function checkOptions({ hasProvider }: ListedTable, { from, to, order, provider }: NewestOptions): void {
  for (const [name, time] of Object.entries({ from, to })) {
    if (time !== undefined && !Number.isFinite(time)) {
      throw new RangeError(`${name} is a time in milliseconds since 1970, not ${String(time)}.`);
    }
  }
  if (order !== undefined && !['asc', 'desc'].includes(order)) throw new RangeError(`There is no order ${order}.`);
  if (provider !== undefined && !hasProvider) throw new RangeError('These records name no provider to list them by.');
}

export function planOf(listed: ListedTable, options: NewestOptions): Plan {
  const { status, collectionId, provider, from, to, order = 'desc' } = options;
  const wanted = Object.entries({ collectionId, provider, status }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const [first, ...others] = wanted;
  const values = first === undefined ? listed.statuses : [first[1]];
  // DynamoDB refuses to look for what cannot be there.
  const isEmptyRange = from !== undefined && to !== undefined && from > to;
  return {
    name: JSON.stringify([listed.table, wanted, from ?? null, to ?? null, order]),
    index: (first?.[0] ?? 'status') as TimeIndex,
    values,
    filter: others.map(([attribute, value]) => conditions.equals(attribute, value)),
    wanted,
    start: { partitions: values.map((value) => (isEmptyRange || !canBeKey(value) ? 'end' : 'start')) },
  };
}
