import { createServer } from 'node:http';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createTableInput, parseTableName, schemaOf } from '@cumulus/dynamodb/tables';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, type Ended, host, resultOf } from '../kit/command.ts';
import { answered, refusedAs } from '../kit/faults/answered.ts';
import { type Fault, FaultProxy } from '../kit/faults/proxy.ts';
import { type RecordedRequest, recorded } from '../kit/faults/recorded.ts';
import { putDocumentedExport } from './documented-export.ts';
import { jsonAnswer } from './exporting-dynamodb.ts';

const BUCKET = 'recovery-bucket';
const ID = '01693685827463-2d8752fd';
const FOLDER = `s3://${BUCKET}/exports/AWSDynamoDB/${ID}`;
const ACCOUNT = 'arn:aws:dynamodb:us-east-1:123456789012:table';

const ITEMS: readonly Record<string, AttributeValue>[] = [1, 2, 3, 4, 5].map((number) => ({
  granuleId: { S: `granule-${number}` },
  collectionId: { S: 'MOD09GQ___006' },
  timestamp: { N: String(1_700_000_000_000 + number) },
  nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { S: 'ü' }] }, set: { SS: ['a', 'b'] } } },
}));

// moto imports the data files itself (but for quotes in texts, which it loses). It knows no ListImports, and has neither a table's id nor a log group of an
// import: where a test needs these, the proxy answers in AWS's documented form.
describeUnless(await whyNoMoto(), 'cumulus-api import', () => {
  const moto = ownMoto();
  ownBucket(moto, BUCKET);
  const proxies: FaultProxy[] = [];
  let tables = 0;

  beforeEach(() => putExport());

  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });

  function putExport(
    source = 'prod-GranulesTable',
    prefix = 'exports',
    tableArn = `${ACCOUNT}/${source}`,
  ): Promise<string> {
    return putDocumentedExport(moto, {
      bucket: BUCKET,
      prefix,
      id: ID,
      exportArn: `${tableArn}/export/${ID}`,
      tableArn,
      time: new Date('2026-11-22T10:00:00Z'),
      items: ITEMS,
    });
  }

  function newName(): string {
    tables += 1;
    return `prod-GranulesTable-imported-${tables}`;
  }

  async function environment(...faults: readonly Fault[]): Promise<NodeJS.ProcessEnv> {
    const proxy = await FaultProxy.start(faults, moto.endpoint);
    proxies.push(proxy);
    return { ...moto.environment, ...proxy.environment };
  }

  async function run(args: readonly string[], ...faults: readonly Fault[]): Promise<Ended> {
    return cumulusApi(['import', ...args], { environment: await environment(...faults) });
  }

  test('makes a table with the items, key, indexes and settings of the one that was exported', async () => {
    const table = newName();
    const requests: RecordedRequest[] = [];
    const args = ['import', FOLDER, '--table', table, '--bucket-owner', '123456789012'];
    const result = await cumulusApiResult<object>(args, {
      environment: await environment(recorded(requests)),
    });
    expect(result).toMatchObject({
      table,
      source: 'prod-GranulesTable',
      at: '2026-11-22T10:00:00.000Z',
      dryRun: false,
      state: 'imported',
      items: 5,
      keyFrom: 'GranulesTable',
      given: expect.arrayContaining(['stream', 'point-in-time recovery']),
    });
    const { input } = requests.find(({ action }) => action === 'ImportTable') ?? {};
    expect(input).toMatchObject({
      S3BucketSource: {
        S3Bucket: BUCKET,
        S3BucketOwner: '123456789012',
        S3KeyPrefix: `exports/AWSDynamoDB/${ID}/data/`,
      },
      InputFormat: 'DYNAMODB_JSON',
      InputCompressionType: 'GZIP',
      TableCreationParameters: { TableName: table, BillingMode: 'PAY_PER_REQUEST' },
    });
    const byId = (a: Record<string, AttributeValue>, b: Record<string, AttributeValue>): number =>
      String(a['granuleId']?.S) < String(b['granuleId']?.S) ? -1 : 1;
    expect((await itemsOf(table, moto.client)).sort(byId)).toEqual(ITEMS);
    const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table?.GlobalSecondaryIndexes).toHaveLength(8);
    expect(Table?.StreamSpecification?.StreamEnabled).toBe(true);
    const { ContinuousBackupsDescription: backups } = await moto.client.send(
      new DescribeContinuousBackupsCommand({ TableName: table }),
    );
    expect(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
    // The export, the table and the manifest are the same by our own comparison, too.
    const verified = await cumulusApi(['verify', FOLDER, '--table', table], { environment: moto.environment });
    expect([verified.code, verified.stderr]).toEqual([0, '']);
  });

  test('takes the key from the exported table as it is, by its name, or by --for', async () => {
    // A table of the same ARN that is no table of Cumulus, with a local index, which an import cannot make.
    const own = createTableInput('own-table', schemaOf(parseTableName('GranulesTable')?.definition ?? never()));
    await moto.client.send(
      new CreateTableCommand({
        ...own,
        KeySchema: [
          { AttributeName: 'granuleId', KeyType: 'HASH' },
          { AttributeName: 'collectionId', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: undefined,
        AttributeDefinitions: ['granuleId', 'collectionId', 'status'].map((name) => ({
          AttributeName: name,
          AttributeType: 'S',
        })),
        LocalSecondaryIndexes: [
          {
            IndexName: 'by-status',
            KeySchema: [
              { AttributeName: 'granuleId', KeyType: 'HASH' },
              { AttributeName: 'status', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    const folder = await putExport('own-table', 'own');
    const args = ['import', folder, '--table', 'own-table-imported', '--dry-run'];
    const { environment: env } = moto;
    expect(await cumulusApiResult(args, { environment: env })).toMatchObject({
      dryRun: true,
      keyFrom: 'table',
      key: { hash: { name: 'granuleId', type: 'S' }, range: { name: 'collectionId', type: 'S' } },
      localIndexesLost: ['by-status'],
    });
    const byName = await cumulusApi([...args, '--for', 'GranulesTable'], { environment: env });
    expect(byName.stdout).toMatch(/key granuleId \(HASH, S\), global indexes .*of the definition of GranulesTable/);
    await moto.client.send(new DeleteTableCommand({ TableName: 'own-table' }));
    const unknown = await cumulusApi(args, { environment: env });
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('--for GranulesTable')]);
    expect((await cumulusApi([...args, '--for', 'NoTable'], { environment: env })).code).toBe(2);
    expect(await moto.tables()).not.toContain('own-table-imported');
  });

  test('takes no settings from a table that has the name in another account', async () => {
    const namesake = await moto.client.send(
      new CreateTableCommand(
        createTableInput('prod-RulesTable', schemaOf(parseTableName('GranulesTable')?.definition ?? never())),
      ),
    );
    expect(namesake.TableDescription?.TableArn).toBe(`${ACCOUNT}/prod-RulesTable`);
    await moto.client.send(
      new TagResourceCommand({ ResourceArn: `${ACCOUNT}/prod-RulesTable`, Tags: [{ Key: 'of', Value: 'another' }] }),
    );
    const tableArn = `${ACCOUNT.replace('123456789012', '210987654321')}/prod-RulesTable`;
    const folder = await putExport('prod-RulesTable', 'elsewhere', tableArn);
    const imported = await cumulusApiResult<object>(
      ['import', folder, '--table', 'prod-RulesTable-1', '--for', 'GranulesTable'],
      moto,
    );
    expect(imported).toMatchObject({ given: ['stream', 'point-in-time recovery'] });
  });

  test('refuses what is no export in S3, and names the command that reads it', async () => {
    for (const [place, words] of [
      [`s3://${BUCKET}/backups/T.json.gz`, /cumulus-api restore s3:.*T\.json\.gz --table NEW --create-table/],
      ['exports/AWSDynamoDB/1', /no folder of an export in S3/],
      [`s3://${BUCKET}/exports/AWSDynamoDB/other`, /manifest-summary\.json is missing/],
      ['s3://no-such-bucket/AWSDynamoDB/1', /There is no bucket no-such-bucket/],
    ] as const) {
      const ended = await run([place, '--table', 'NEW']);
      expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(words)]);
    }
    for (const args of [[FOLDER], ['--table', 'NEW']]) expect((await run(args)).code).toBe(2);
  });

  test('imports nothing when a manifest is missing or altered', async () => {
    const object = { Bucket: BUCKET, Key: `exports/AWSDynamoDB/${ID}/manifest-summary.json` };
    await moto.s3.send(new PutObjectCommand({ ...object, Body: '{}' }));
    const table = newName();
    expect((await run([FOLDER, '--table', table])).stderr).toContain('manifest-summary.json was altered');
    await moto.s3.send(new DeleteObjectCommand(object));
    expect((await run([FOLDER, '--table', table])).stderr).toContain('manifest-summary.json is missing');
    expect(await moto.tables()).not.toContain(table);
  });

  test('refuses a table that exists, whether or not another import made it', async () => {
    const table = newName();
    await cumulusApiResult(['import', FOLDER, '--table', table], { environment: moto.environment });
    for (const listed of [[], [summaryOf(table, 'COMPLETED', 'other/AWSDynamoDB/1/data/')]]) {
      const ended = await run([FOLDER, '--table', table, '--dry-run'], listing(listed));
      expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(`${table} exists already`)]);
    }
  });

  test.each([
    ['ImportTable', 'AccessDeniedException', /Allow the IAM action dynamodb:ImportTable/],
    ['DescribeImport', 'AccessDeniedException', /Allow the IAM action dynamodb:DescribeImport/],
    ['ImportTable', 'ResourceInUseException', /was created by someone else meanwhile/],
    [
      'UpdateContinuousBackups',
      'AccessDeniedException',
      /holds its items[\s\S]*dynamodb:UpdateContinuousBackups[\s\S]*same command again/,
    ],
  ])('says what to do when %s is answered by %s', async (action, error, words) => {
    const ended = await run([FOLDER, '--table', newName()], refusedAs(action, error, 'So it is.'));
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(words)]);
  });

  test('names s3:GetObject when S3 refuses the manifest', async () => {
    const refusing = createServer((_, answer) => {
      answer.writeHead(403, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as { port: number };
    const ended = await cumulusApi(['import', FOLDER, '--table', newName()], {
      environment: { ...moto.environment, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` },
    });
    refusing.close();
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('Allow the IAM action s3:GetObject')]);
  });

  // The description of a failed import, and of one with errors, is the one that AWS documents.
  test.each([
    [
      { ImportStatus: 'FAILED', FailureCode: 'AccessDenied', FailureMessage: 'Access denied to the bucket' },
      /failed \(AccessDenied\): Access denied to the bucket\. DynamoDB counts 2 errors[\s\S]*imports:\*[\s\S]*s3:GetObject/,
    ],
    [{ ImportStatus: 'CANCELLED' }, /was cancelled \(CANCELLED\)[\s\S]*is ACTIVE, and not whole/],
    [
      { ImportStatus: 'COMPLETED', ImportedItemCount: 3 },
      /wrote 3 of the 5 items[\s\S]*counts 2 errors[\s\S]*imports:\*[\s\S]*cumulus-api restore s3:.*--skip-existing/,
    ],
  ])('fails with what DynamoDB says of %j', async (said, words) => {
    const table = newName();
    const reported = answered('DescribeImport', ({ ImportTableDescription: description }) => ({
      ImportTableDescription: {
        ...(description as object),
        ErrorCount: 2,
        CloudWatchLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws-dynamodb/imports:*',
        ...said,
      },
    }));
    const ended = await run([FOLDER, '--table', table], reported);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(words)]);
  });

  test('can be interrupted and asked for again, and outlasts lost connections', async () => {
    const table = newName();
    const requests: RecordedRequest[] = [];
    let looked: () => void = () => undefined;
    const looking = new Promise<void>((resolve) => {
      looked = resolve;
    });
    let importArn = '';
    let isUnderWay = true;
    const underWay: Fault = async ({ action, body }, pass) => {
      const answer = await pass();
      if (action !== 'DescribeImport' || !isUnderWay) return answer;
      importArn = JSON.parse(body.toString('utf8')).ImportArn;
      looked();
      return jsonAnswer({
        ImportTableDescription: { ImportArn: importArn, ImportStatus: 'IN_PROGRESS', ErrorCount: 0 },
      });
    };
    const running = await host(['import', FOLDER, '--table', table], {
      environment: await environment(recorded(requests), underWay),
    });
    await looking;
    await running.kill('SIGINT');
    const interrupted = await running.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(/goes on inside AWS[\s\S]*Run the same command again/);
    expect((await moto.tables()).includes(table)).toBe(true);

    const list = listing([summaryOf(table, 'IN_PROGRESS', `exports/AWSDynamoDB/${ID}/data/`, () => importArn)]);
    const noWait = await run([FOLDER, '--table', table, '--no-wait', '--json'], recorded(requests), list, underWay);
    expect(resultOf(noWait.stdout)).toMatchObject({ state: 'importing', continued: true, importArn });

    // The second and further looks are lost, beyond what the SDK tries by itself.
    let looks = 0;
    const losing: Fault = async ({ action }, pass) => {
      if (action !== 'DescribeImport') return pass();
      looks += 1;
      isUnderWay = looks <= 2;
      if (looks > 2 && looks <= 10) throw new Error('The connection is lost.');
      return pass();
    };
    const again = await run([FOLDER, '--table', table, '--json'], recorded(requests), list, losing, underWay);
    expect(again.code).toBe(0);
    expect(resultOf(again.stdout)).toMatchObject({ state: 'imported', continued: true, items: 5 });
    // Once it is done, asking again finds nothing left to do.
    const done = await run([FOLDER, '--table', table, '--json'], recorded(requests), list);
    expect(resultOf(done.stdout)).toMatchObject({ state: 'imported', continued: true, given: [] });
    expect(requests.filter(({ action }) => action === 'ImportTable')).toHaveLength(1);
  }, 60_000);

  /** Answers ListImports, which moto does not know. */
  function listing(summaries: readonly (() => object)[]): Fault {
    return async ({ action }, pass) =>
      action === 'ListImports' ? jsonAnswer({ ImportSummaryList: summaries.map((summary) => summary()) }) : pass();
  }

  function summaryOf(
    table: string,
    ImportStatus: string,
    S3KeyPrefix: string,
    arn = (): string => `${ACCOUNT}/${table}/import/01693685827463-00000000`,
  ): () => object {
    return () => ({
      ImportArn: arn(),
      ImportStatus,
      TableArn: `${ACCOUNT}/${table}`,
      S3BucketSource: { S3Bucket: BUCKET, S3KeyPrefix },
      InputFormat: 'DYNAMODB_JSON',
      StartTime: 1_700_000_000,
    });
  }
});

function never(): never {
  throw new TypeError('The table is one of Cumulus.');
}
