import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  type TimeToLiveDescription,
} from '@aws-sdk/client-dynamodb';

/** All that DynamoDB reports a table. */
export interface Described {
  readonly table: TableDescription;
  readonly timeToLive: TimeToLiveDescription;
  /** `ENABLED` or `DISABLED`. */
  readonly recovery: string;
  readonly tags: Readonly<Record<string, string>>;
}

export async function describeAll(client: DynamoDBClient, name: string): Promise<Described> {
  const { Table: table = {} } = await client.send(new DescribeTableCommand({ TableName: name }));
  const [ttl, backups, tags] = await Promise.all([
    client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
    client.send(new ListTagsOfResourceCommand({ ResourceArn: table.TableArn })),
  ]);
  return {
    table,
    timeToLive: ttl.TimeToLiveDescription ?? {},
    recovery: String(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus),
    tags: Object.fromEntries((tags.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}
