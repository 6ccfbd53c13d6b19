import { readFile } from 'node:fs/promises';

type Row = Readonly<Record<string, unknown>>;

/** A request that dashboards send as their pages open. */
export interface DashboardRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** What the dashboards send, a line each: method, path and query, dashboards, pages, what an earlier state answered. */
export async function readDashboardRequests(file: URL): Promise<readonly DashboardRequest[]> {
  const [, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [method = '', path = ''] = line.split('\t');
    return { method, path };
  });
}

export const GRANULE = 'MOD09GQ.A0142558.ee5lpE.006.5112577830916';
export const PDR = 'MOD09GQ.A6423561.F7TLUN.006.8525200467566.hdf.PDR';
export const EXECUTION = '8e21ca0f-79d3-4782-8247-cacd42a595ea';
export const ARN = `arn:aws:states:us-east-1:012345678901:execution:test-stack-HelloWorldWorkflow:${EXECUTION}`;
export const REPORT = { status: 'SUCCESS', filesInCumulus: { okCount: 3, onlyInS3: [], onlyInDynamoDb: [] } };

const TIME = Date.UTC(2026, 10, 27, 12);
/** When the execution ran, which is where its logs are looked for: CloudWatch takes none that are old. */
const RAN = Date.now() - 120_000;

/** The records that the requests name, by table, and some without the fields by which they sort. */
export const NAMED_RECORDS: { readonly [table: string]: readonly Row[] } = {
  GranulesTable: [
    {
      ...{
        granuleId: GRANULE,
        collectionId: 'MOD09GQ___006',
        status: 'completed',
        provider: 's3_provider',
        pdrName: PDR,
      },
      ...{ execution: 'https://console/x', published: false, files: [], duration: 9, timestamp: TIME, createdAt: TIME },
      updatedAt: TIME,
    },
    ...['one', 'two', 'three'].map((name, index) => ({
      ...{
        granuleId: `failed-${name}`,
        collectionId: index === 0 ? 'MOD09GQ___006' : 'MOD09GQ___005',
        status: 'failed',
      },
      ...{ execution: 'https://console/x', published: false, files: [], timestamp: TIME - index, createdAt: TIME },
      ...{ updatedAt: TIME, error: { Error: 'States.Timeout', Cause: name } },
    })),
  ],
  PdrsTable: [
    {
      ...{ pdrName: PDR, collectionId: 'MOD09GQ___006', provider: 's3_provider', status: 'failed', createdAt: TIME },
      ...{ timestamp: TIME, stats: { processing: 0, completed: 0, failed: 1, total: 1 } },
    },
  ],
  ExecutionsTable: [
    { arn: ARN, name: EXECUTION, status: 'completed', type: 'HelloWorldWorkflow', createdAt: RAN, timestamp: RAN },
  ],
  RulesTable: [
    {
      ...{
        name: 'MOD09GK_TEST_kinesisRule',
        workflow: 'HelloWorldWorkflow',
        provider: 's3_provider',
        state: 'ENABLED',
      },
      ...{
        collection: { name: 'MOD09GQ', version: '006' },
        rule: { type: 'onetime' },
        createdAt: TIME,
        updatedAt: TIME,
      },
    },
  ],
};

/** The objects in S3 that the requests show, by their key under the deployment's prefix. */
export const DASHBOARD_OBJECTS: { readonly [key: string]: object } = Object.fromEntries([
  ...['b-workflow', 'a-workflow', 'c-workflow'].map((name) => [`workflows/${name}.json`, { name, arn: name }]),
  ...['inventoryReport-20200114T205238781', 'report-2019'].map((name) => [
    `reconciliation-reports/${name}.json`,
    REPORT,
  ]),
]);
