import type { DynamoDBClient, OnDemandThroughput, StreamViewType, TableClass } from '@aws-sdk/client-dynamodb';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { describeFully } from '../../tables/describe-fully.ts';
import { laterSettings } from '../../tables/later-settings.ts';
import { type KnownSettings, namedSettings, settingOf, settingOfIndexes } from '../../tables/named-settings.ts';
import { schemaOf, type TableSettings } from '../../tables/schema.ts';
import { parseTableName } from '../../tables/table-names.ts';

/** The settings that DynamoDB does not bring back when it recovers a table. */
export interface RecoveredSettings extends TableSettings {
  /** What the stream holds; undefined where there is none. */
  readonly stream?: StreamViewType | undefined;
  /** The length of the recovery window in days, where it is not DynamoDB's own. */
  readonly recoveryPeriodInDays?: number | undefined;
  /** Set where the table may not be deleted. */
  readonly deletionProtection?: true | undefined;
  /** Where it is not STANDARD. */
  readonly tableClass?: TableClass | undefined;
  /** The limits of on-demand capacity, where there are any. */
  readonly onDemandThroughput?: OnDemandThroughput | undefined;
  /** The same of indexes that have any, by their names. */
  readonly indexLimits?: ReadonlyMap<string, OnDemandThroughput> | undefined;
  /** The user's tags, without those that AWS itself gives. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Where they are known from: the source table as it is now; if that is gone, a backup of it, or its Cumulus definition;
   * or nowhere, for a table that is gone and none of Cumulus.
   */
  readonly knownFrom: 'table' | 'backup' | 'definition' | 'nowhere';
  /** All settings of the source table as it is now, also those that a recovered table is not given. */
  readonly known?: KnownSettings | undefined;
}

/**
 * The settings that a table recovered from another gets: those of the source as it is now, or of its definition.
 * @param source the physical name of the table that it was recovered from, which may be gone
 * @throws AccessDeniedError if they may not be read: a table must not lack its settings without anyone noticing
 */
export async function getRecoveredSettings(
  client: DynamoDBClient,
  source: string,
  abortSignal?: AbortSignal,
): Promise<RecoveredSettings> {
  const description = await findTable(client, source, abortSignal);
  return description === undefined ? definedSettings(source) : presentSettings(client, description, abortSignal);
}

/** The settings that Cumulus defines for a table of this name; none for other tables. */
export function definedSettings(source: string): RecoveredSettings {
  const definition = parseTableName(source)?.definition;
  if (definition === undefined) return { tags: {}, knownFrom: 'nowhere' };
  const { ttlAttribute, pointInTimeRecovery, stream } = schemaOf(definition);
  return { ttlAttribute, pointInTimeRecovery, stream, tags: {}, knownFrom: 'definition' };
}

/**
 * The settings that a table has now.
 * @throws AccessDeniedError if they may not be read
 */
export async function presentSettings(
  client: DynamoDBClient,
  table: TableDescription,
  abortSignal?: AbortSignal,
): Promise<RecoveredSettings> {
  const required = ['DescribeTimeToLive', 'DescribeContinuousBackups', 'ListTagsOfResource'] as const;
  const description = await describeFully(client, table, { required, abortSignal });
  const known = namedSettings(description);
  const days = settingOf(known, 'RecoveryPeriodInDays');
  return {
    ...laterSettings(description),
    stream: table.schema.stream,
    recoveryPeriodInDays: typeof days === 'number' ? days : undefined,
    deletionProtection: settingOf(known, 'DeletionProtectionEnabled') === true ? true : undefined,
    tableClass: settingOf(known, 'TableClass') as TableClass | undefined,
    onDemandThroughput: settingOf(known, 'OnDemandThroughput') as OnDemandThroughput | undefined,
    indexLimits: settingOfIndexes(known, 'OnDemandThroughput') as ReadonlyMap<string, OnDemandThroughput>,
    tags: (settingOf(known, 'Tags') as Readonly<Record<string, string>> | undefined) ?? {},
    knownFrom: 'table',
    known,
  };
}
