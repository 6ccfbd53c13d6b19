import type { CreateTableCommandInput, OnDemandThroughput, TableClass } from '@aws-sdk/client-dynamodb';
import { isObject } from '../aws/is-object.ts';
import { type KnownSettings, settingOf, settingOfIndexes } from './named-settings.ts';

/** Settings beyond the schema that a table can be created with. */
export interface CreationSettings
  extends Pick<
    CreateTableCommandInput,
    'DeletionProtectionEnabled' | 'OnDemandThroughput' | 'SSESpecification' | 'TableClass'
  > {
  /** The limits of indexes on demand, by their names. */
  readonly indexLimits?: ReadonlyMap<string, OnDemandThroughput>;
}

/**
 * The settings of another table that one is created with: table class, deletion protection, the limits of on-demand
 * capacity, and the key that it is encrypted by. A key of KMS is of one region: elsewhere the account's own for DynamoDB
 * takes its place.
 * @param region where the table is to be
 */
export function creationSettings(known: KnownSettings, region: string): CreationSettings {
  const tableClass = settingOf(known, 'TableClass') as TableClass | undefined;
  const limits = settingOf(known, 'OnDemandThroughput') as OnDemandThroughput | undefined;
  const { SSEType, KMSMasterKeyArn: key } = objectOf(settingOf(known, 'SSEDescription'));
  return {
    TableClass: tableClass,
    DeletionProtectionEnabled: settingOf(known, 'DeletionProtectionEnabled') === true || undefined,
    OnDemandThroughput: limits,
    indexLimits: settingOfIndexes(known, 'OnDemandThroughput') as ReadonlyMap<string, OnDemandThroughput>,
    SSESpecification:
      SSEType === 'KMS'
        ? { Enabled: true, SSEType, KMSMasterKeyId: isKeyOf(region, key) ? key : undefined }
        : undefined,
  };
}

/** The settings of {@link creationSettings}, and those of a schema, by AWS's names. */
export const GIVEN_TO_NEW_TABLES: readonly string[] = [
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'OnDemandThroughput',
  'PointInTimeRecovery',
  'Projection',
  'RecoveryPeriodInDays',
  'SSEDescription',
  'StreamViewType',
  'TableClass',
  'Tags',
  'TimeToLive',
];

function isKeyOf(region: string, key: unknown): key is string {
  return typeof key === 'string' && key.split(':')[3] === region;
}

function objectOf(value: unknown): { readonly [field: string]: unknown } {
  return isObject(value) ? value : {};
}
