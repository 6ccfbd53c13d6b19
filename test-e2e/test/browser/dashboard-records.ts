import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient } from '@cumulus/dynamodb/aws';
import { toAttributes } from '@cumulus/dynamodb/items';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { loadSampleRecords } from '@cumulus/local';
import { createModels } from '@cumulus/models';
import type { OwnMoto } from '@cumulus/test-kit';

const EXECUTION = '8e21ca0f-79d3-4782-8247-cacd42a595ea';
const ARN = `arn:aws:states:us-east-1:012345678901:execution:test-stack-HelloWorldWorkflow:${EXECUTION}`;
const GRANULE = 'MOD09GQ.A0142558.ee5lpE.006.5112577830916';
const PDR = 'MOD09GQ.A6423561.F7TLUN.006.8525200467566.hdf.PDR';
const TIME = Date.UTC(2026, 10, 27, 12);

/** When the execution ran, which is where its logs are looked for: CloudWatch takes none that are old. */
const RAN = Date.now() - 60_000;

/** The records that requests of dashboards name, beside the sample records. */
const NAMED: readonly (readonly [table: string, record: object])[] = [
  [
    'GranulesTable',
    { granuleId: GRANULE, collectionId: 'MOD09GQ___006', status: 'completed', published: false, timestamp: TIME },
  ],
  [
    'PdrsTable',
    { pdrName: PDR, collectionId: 'MOD09GQ___006', provider: 's3_provider', status: 'failed', timestamp: TIME },
  ],
  [
    'ExecutionsTable',
    {
      ...{ arn: ARN, name: EXECUTION, status: 'completed', type: 'HelloWorldWorkflow' },
      ...{ createdAt: RAN, timestamp: RAN },
    },
  ],
  [
    'RulesTable',
    {
      ...{ name: 'MOD09GK_TEST_kinesisRule', workflow: 'HelloWorldWorkflow', state: 'ENABLED' },
      ...{
        collection: { name: 'MOD09GQ', version: '006' },
        rule: { type: 'onetime' },
        createdAt: TIME,
        updatedAt: TIME,
      },
    },
  ],
];

export interface DashboardDeployment {
  readonly moto: OwnMoto;
  readonly bucket: string;
  readonly prefix: string;
  readonly userName: string;
}

/** Creates a deployment with all that the requests of dashboards name, and a user. */
export async function createDashboardDeployment({
  moto,
  bucket,
  prefix,
  userName,
}: DashboardDeployment): Promise<void> {
  const client = createClient();
  const tableName = (name: string): string => `${prefix}-${name}`;
  await createDeployment({ client, prefix });
  await loadSampleRecords({ client, tableName });
  for (const [table, record] of NAMED) {
    await client.send(new PutItemCommand({ TableName: tableName(table), Item: toAttributes({ ...record }) }));
  }
  await createModels({ client, tables: prefix }).users.create({ userName });
  client.destroy();
  await moto.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const [Key, value] of [
    ['workflows/HelloWorldWorkflow.json', { name: 'HelloWorldWorkflow', arn: 'arn:aws:states:::HelloWorldWorkflow' }],
    ['reconciliation-reports/inventoryReport-20200114T205238781.json', { status: 'SUCCESS' }],
  ] as const) {
    await moto.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${Key}`, Body: JSON.stringify(value) }));
  }
  const logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
  const logGroupName = `/aws/lambda/${prefix}-Ingest`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  const line = { level: 30, message: 'of a granule', granuleId: GRANULE, executions: EXECUTION };
  const logEvents = [{ timestamp: Date.now(), message: JSON.stringify(line) }];
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  logs.destroy();
}
