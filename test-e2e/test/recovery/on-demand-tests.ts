import {
  CreateBackupCommand,
  CreateTableCommand,
  type DynamoDBClient,
  ListBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import type { OwnMoto } from '@cumulus/test-kit';
import { type Fault, type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { OnDemandAws } from './on-demand-aws.ts';

/** What the command says of a backup in JSON. */
export interface SaidBackup {
  readonly table: string;
  readonly backupArn: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly continued: boolean;
}

/** Does a work with AWS as far as the proxy plays it. */
export function withAws<T>(
  moto: OwnMoto,
  work: (aws: OnDemandAws, environment: NodeJS.ProcessEnv) => Promise<T>,
  ...faults: Fault[]
): Promise<T> {
  const aws = new OnDemandAws();
  const run = (proxy: FaultProxy) => work(aws, { ...moto.environment, ...proxy.environment });
  return withFaults([...aws.faults, ...faults], run, moto.endpoint);
}

export async function makeTable(client: DynamoDBClient, table: string, withStream = false): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'granuleId', AttributeType: 'S' }],
      ...(withStream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
    }),
  );
}

/** The ARN of a new backup. */
export async function makeBackup(client: DynamoDBClient, table: string, name: string): Promise<string> {
  const { BackupDetails } = await client.send(new CreateBackupCommand({ TableName: table, BackupName: name }));
  return BackupDetails?.BackupArn ?? '';
}

/** The names of all backups of a table. */
export async function backupsOf(client: DynamoDBClient, table: string): Promise<readonly string[]> {
  const { BackupSummaries = [] } = await client.send(new ListBackupsCommand({ TableName: table, BackupType: 'ALL' }));
  return BackupSummaries.map(({ BackupName = '' }) => BackupName).sort();
}
