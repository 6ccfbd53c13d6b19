import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PlainItem } from '@cumulus/dynamodb/items';
import type { IndexDefinition } from '@cumulus/dynamodb/tables';
import type { TimeSpan } from '../counts/day-tally.ts';
import type { CountsOfTime } from '../counts/read-counts.ts';
import type { Counts } from '../counts/tally.ts';
import type { SearchBudget } from './budget.ts';
import type { KnownIndexes } from './known-indexes.ts';
import type { PageStarts } from './page-starts.ts';

/** A table that is searched, and how its items are shown as records. */
export interface SearchedTable<R extends object = object> {
  readonly client: DynamoDBClient;
  /** Its physical name. */
  readonly table: string;
  /** The attributes of its key, all texts. */
  readonly key: readonly string[];
  /** The indexes that it should have. */
  readonly indexes: readonly IndexDefinition[];
  /** Which of them it has. */
  readonly known: KnownIndexes;
  /** The values of `status` that this release writes, each a partition of the indexes by status; none where there is no such index. */
  readonly statuses: readonly string[];
  /** The fields that records of the type have. */
  readonly fields: readonly string[];
  /** The record that an item holds. */
  readonly recordOf: (item: PlainItem) => Promise<R>;
  readonly budget: SearchBudget;
  readonly pageStarts: PageStarts;
  /** The kept counts of a collection, or of all records; undefined where these are not known. */
  readonly countMatching: (collectionId: string | undefined) => Promise<Counts | undefined>;
  /** Those of a span of time, but for its ends; undefined where they are not known. */
  readonly countInTime: (
    span: TimeSpan & { readonly collectionId?: string | undefined },
  ) => Promise<CountsOfTime | undefined>;
  /** How many records lack a field that an index orders by, or a status; undefined where that is not known. */
  readonly countLacking: (field: string) => Promise<number | undefined>;
}
