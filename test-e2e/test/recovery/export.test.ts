import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createTableInput, parseTableName, schemaOf } from '@cumulus/dynamodb/tables';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  cumulusApi,
  cumulusApiResult,
  cumulusApiResults,
  type Ended,
  host,
  parseRun,
  resultOf,
} from '../kit/command.ts';
import { answered, refusedAs } from '../kit/faults/answered.ts';
import { type Fault, FaultProxy } from '../kit/faults/proxy.ts';
import { ExportingDynamoDb } from './exporting-dynamodb.ts';

const BUCKET = 'recovery-bucket';
const TO = `s3://${BUCKET}/exports`;

interface Exported {
  readonly table: string;
  readonly at: string;
  readonly state: string;
  readonly exportArn: string;
  readonly folder: string;
  readonly items: number;
  readonly verified: boolean;
}

// The proxy answers ExportTableToPointInTime, DescribeExport and ListExports in AWS's documented form, and writes the
// documented files to moto's S3; tables, windows and S3 are moto's own. moto's window is the present second only, so
// that the proxy widens it where a test asks for a time.
describeUnless(await whyNoMoto(), 'cumulus-api export', () => {
  const moto = ownMoto();
  ownBucket(moto, BUCKET);
  let dynamodb: ExportingDynamoDb;
  const proxies: FaultProxy[] = [];

  beforeAll(async () => {
    await create('prod-GranulesTable', true);
    await create('prod-RulesTable', true);
    await create('prod-UsersTable', false);
  });

  beforeEach(() => {
    dynamodb = new ExportingDynamoDb(moto);
  });

  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });

  async function create(table: string, isProtected: boolean): Promise<void> {
    const definition = parseTableName(table)?.definition;
    if (definition === undefined) throw new TypeError(`${table} is no table of Cumulus`);
    await moto.client.send(new CreateTableCommand(createTableInput(table, schemaOf(definition))));
    const keys = [1, 2, 3].map((number) => ({
      [definition.hashKey]: { S: `key-${number}` },
      number: { N: `${number}` },
    }));
    const requests = keys.map((Item) => ({ PutRequest: { Item } }));
    await moto.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: isProtected };
    await moto.client.send(new UpdateContinuousBackupsCommand({ TableName: table, PointInTimeRecoverySpecification }));
  }

  /** moto's window is of no length. */
  const aWeekLong = answered('DescribeContinuousBackups', ({ ContinuousBackupsDescription: description }) => {
    const { PointInTimeRecoveryDescription: recovery, ...others } = description as {
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: string };
    };
    const now = Math.floor(Date.now() / 1000);
    const window = { EarliestRestorableDateTime: now - 7 * 86_400, LatestRestorableDateTime: now - 300 };
    return {
      ContinuousBackupsDescription: {
        ...others,
        PointInTimeRecoveryDescription: {
          ...recovery,
          ...(recovery.PointInTimeRecoveryStatus === 'ENABLED' ? window : {}),
        },
      },
    };
  });

  async function environment(...faults: readonly Fault[]): Promise<NodeJS.ProcessEnv> {
    const proxy = await FaultProxy.start([...faults, aWeekLong, dynamodb.fault], moto.endpoint);
    proxies.push(proxy);
    return { ...moto.environment, ...proxy.environment };
  }

  async function run(args: readonly string[], ...faults: readonly Fault[]): Promise<Ended> {
    return cumulusApi(args, { environment: await environment(...faults) });
  }

  test('exports a table as it was, waits, proves the manifests, and shows the folder', async () => {
    const env = await environment();
    const args = ['export', '--table', 'prod-GranulesTable', '--to', `${TO}/`, '--at', '2 hours ago'];
    const exported = await cumulusApiResult<Exported>(
      [...args, '--kms-key', 'key-1', '--bucket-owner', '123456789012'],
      {
        environment: env,
      },
    );
    const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: 'prod-GranulesTable' }));
    expect(dynamodb.requests).toEqual([
      {
        TableArn: Table?.TableArn,
        ExportTime: new Date(exported.at).getTime() / 1000,
        ExportFormat: 'DYNAMODB_JSON',
        ExportType: 'FULL_EXPORT',
        ClientToken: expect.stringMatching(/^[\w-]{36}$/),
        S3Bucket: BUCKET,
        S3Prefix: 'exports',
        S3BucketOwner: '123456789012',
        S3SseAlgorithm: 'KMS',
        S3SseKmsKeyId: 'key-1',
      },
    ]);
    expect(Math.abs(Date.now() - 7_200_000 - Date.parse(exported.at))).toBeLessThan(60_000);
    const id = exported.exportArn.replace(/^.*\//, '');
    expect(exported).toMatchObject({
      table: 'prod-GranulesTable',
      dryRun: false,
      state: 'exported',
      folder: `${TO}/AWSDynamoDB/${id}`,
      items: 3,
      files: 2,
      verified: false,
    });

    // By its ARN it is checked again; in words, with the zone.
    const checked = await cumulusApi(['export', '--arn', exported.exportArn, '--verify'], { environment: env });
    expect(checked.stdout).toMatch(/prod-GranulesTable: 3 items.* as of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/);
    expect(checked.stdout).toContain('proved by their checksums');
    // Asked again for the same instant, DynamoDB is not asked for another.
    await cumulusApiResults([...args.slice(0, -1), exported.at], { environment: env });
    expect(dynamodb.requests).toHaveLength(1);
    // A second export without a time is another one.
    await cumulusApiResults(args.slice(0, -2), { environment: env });
    expect(dynamodb.requests).toHaveLength(2);
  });

  test('exports a deployment at one instant, and names the tables that are not protected', async () => {
    const file = `${moto.folder}/tables.json`;
    const tables = ['granules', 'rules', 'users'].map((key) => {
      const name = `prod-${key.replace(/^./, (first) => first.toUpperCase())}Table`;
      return [key, { name, arn: `arn:aws:dynamodb:us-east-1:123456789012:table/${name}` }];
    });
    await writeFile(file, JSON.stringify(Object.fromEntries(tables)));
    const ended = await run(['export', '--tables', file, '--to', TO, '--json']);
    expect(ended.stderr).toMatch(/WARNING: Table prod-UsersTable has no point-in-time recovery/);
    expect(ended.code).toBe(0);
    const [granules, rules, users] = parseRun<Exported>(ended.stdout).results;
    expect(users).toMatchObject({ table: 'prod-UsersTable', state: 'left out' });
    expect(rules?.at).toBe(granules?.at);
    expect(new Set(dynamodb.requests.map(({ ExportTime }) => ExportTime)).size).toBe(1);

    // Begun only, with one of the two ended meanwhile: the next run takes their instant, and starts none again. Within one
    // second it would be the same instant again, and so the same export.
    await setTimeout(1100);
    dynamodb.outcome = 'IN_PROGRESS';
    const begun = await run(['export', '--tables', file, '--to', TO, '--no-wait', '--json']);
    const [first, second] = parseRun<Exported>(begun.stdout).results;
    expect(dynamodb.requests).toHaveLength(4);
    dynamodb.outcome = 'COMPLETED';
    await run(['export', '--arn', first?.exportArn ?? '']);
    const again = await run(['export', '--tables', file, '--to', TO, '--json']);
    expect(parseRun(again.stdout).results).toMatchObject([
      { exportArn: first?.exportArn, at: first?.at, state: 'exported' },
      { exportArn: second?.exportArn, at: first?.at, state: 'exported' },
      { state: 'left out' },
    ]);
    expect(dynamodb.requests).toHaveLength(4);
  });

  test('goes on with an export under way when its instant was relative to now, and says so', async () => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO, '--at', '2 hours ago'];
    const env = await environment();
    dynamodb.outcome = 'IN_PROGRESS';
    const begun = await cumulusApiResult<Exported>([...args, '--no-wait'], { environment: env });
    await setTimeout(1100);
    // One of a later instant is none that the same words began.
    const earlier = [...args.slice(0, -1), '3 hours ago', '--no-wait'];
    const other = await cumulusApiResult<Exported>(earlier, { environment: env });
    expect(other.exportArn).not.toBe(begun.exportArn);
    dynamodb.outcome = 'COMPLETED';
    const again = await cumulusApi([...args, '--json'], { environment: env });
    expect(resultOf(again.stdout)).toMatchObject({ exportArn: begun.exportArn, at: begun.at, state: 'exported' });
    expect(again.stderr).toMatch(
      /WARNING: The export of prod-GranulesTable is not of .*Z, but the one that an earlier/,
    );
    expect(again.code).toBe(0);
    expect(dynamodb.requests).toHaveLength(2);
  });

  test('goes on with an export under way, and says of which instant it is', async () => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO, '--no-wait', '--json'];
    const env = await environment();
    dynamodb.outcome = 'IN_PROGRESS';
    const recent = await cumulusApiResult<Exported>([...args, '--at', '2 hours ago'], { environment: env });
    const again = await cumulusApi(args, { environment: env });
    expect(resultOf(again.stdout)).toMatchObject({ exportArn: recent?.exportArn, at: recent?.at });
    expect(again.stderr).toMatch(/not of the table as it is now, but the one that an earlier run began: .*Z\.\n/);
    expect(dynamodb.requests).toHaveLength(1);
  });

  test('goes on with no export of long ago, nor with one of a table that had the name before', async () => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO, '--no-wait', '--json'];
    dynamodb.outcome = 'IN_PROGRESS';
    const env = await environment();
    const old = await cumulusApiResult<Exported>([...args, '--at', '40 hours ago'], { environment: env });
    const former = await cumulusApiResult<Exported>([...args, '--at', '2 hours ago'], { environment: env });
    const madeAnHourAgo = answered('DescribeContinuousBackups', ({ ContinuousBackupsDescription: description }) => {
      const { PointInTimeRecoveryDescription: recovery, ...others } = description as {
        PointInTimeRecoveryDescription: object;
      };
      const EarliestRestorableDateTime = Math.floor(Date.now() / 1000) - 3600;
      return {
        ContinuousBackupsDescription: {
          ...others,
          PointInTimeRecoveryDescription: { ...recovery, EarliestRestorableDateTime },
        },
      };
    });
    const begun = await run(args, madeAnHourAgo);
    expect(begun).toMatchObject({ code: 0, stderr: '' });
    const { exportArn } = resultOf<Exported>(begun.stdout);
    expect([old.exportArn, former.exportArn]).not.toContain(exportArn);
    expect(dynamodb.requests).toHaveLength(3);
  });

  test('says what it would do, and begins nothing, with --dry-run', async () => {
    const ended = await run(['export', '--table', 'prod-GranulesTable', '--to', TO, '--dry-run', '--json']);
    expect(resultOf(ended.stdout)).toMatchObject({ dryRun: true, state: 'planned', to: TO });
    expect(dynamodb.requests).toEqual([]);
  });

  test('refuses a table that is not protected, a time outside of the window, and a wrong command line', async () => {
    const unprotected = await run(['export', '--table', 'prod-UsersTable', '--to', TO]);
    expect(unprotected.code).toBe(1);
    expect(unprotected.stderr).toMatch(
      /prod-UsersTable has no point-in-time recovery[\s\S]*pitr enable --table prod-U/,
    );
    for (const at of ['10 days ago', '1 minute ago']) {
      const outside = await run(['export', '--table', 'prod-GranulesTable', '--to', TO, '--at', at]);
      expect(outside.code).toBe(1);
      expect(outside.stderr).toMatch(
        /outside of what can be restored: prod-GranulesTable can be restored to .*Z until .*Z/,
      );
    }
    expect(dynamodb.requests).toEqual([]);
    for (const args of [
      ['--table', 'T-1', '--to', 'backups'],
      ['--table', 'T-1'],
      ['--to', TO],
      ['--arn', 'arn:aws:dynamodb:us-east-1:1:table/T/export/1', '--to', TO],
      ['--arn', 'arn:aws:dynamodb:us-east-1:1:table/T/export/1', '--no-wait'],
      ['--arn', 'T'],
      ['--arn', 'arn:aws:dynamodb:us-east-1:1:table/T/export/1', '--dry-run'],
      ['--table', 'T-1', '--to', TO, '--verify', '--no-wait'],
    ]) {
      expect((await cumulusApi(['export', ...args])).code).toBe(2);
    }
  });

  test.each([
    ['ExportTableToPointInTime', 'AccessDeniedException', /Allow the IAM action dynamodb:ExportTableToPointInTime/],
    ['ListExports', 'AccessDeniedException', /Allow the IAM action dynamodb:ListExports/],
    ['DescribeExport', 'AccessDeniedException', /Allow the IAM action dynamodb:DescribeExport/],
    ['DescribeContinuousBackups', 'AccessDeniedException', /Allow the IAM action dynamodb:DescribeContinuousBackups/],
    [
      'ExportTableToPointInTime',
      'InvalidExportTimeException',
      /cannot export table prod-GranulesTable as it was at .*Z/,
    ],
    ['ExportTableToPointInTime', 'PointInTimeRecoveryUnavailableException', /pitr enable --table prod-GranulesTable/],
    ['DescribeExport', 'ExportNotFoundException', /There is no export arn:/],
  ])('says what to do when %s is answered by %s', async (action, error, words) => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO];
    const ended = await run(args, refusedAs(action, error, 'So it is.'));
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(1);
  });

  test('says which bucket DynamoDB could not write to, at once or later, and that a new export is asked for', async () => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO];
    const atOnce = await run(
      args,
      refusedAs('ExportTableToPointInTime', 'ValidationException', 'S3NoSuchBucket: none'),
    );
    expect(atOnce.stderr).toMatch(/refused ExportTableToPointInTime[\s\S]*Check the bucket’s name/);
    const env = await environment();
    dynamodb.outcome = 'FAILED';
    const failed = await cumulusApi(args, { environment: env });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/failed \(S3AccessDenied\): Access denied when writing to S3\.\n[\s\S]*s3:PutObject/);
    // What failed is not taken for the same once the permission is there, although the instant may be.
    dynamodb.outcome = 'COMPLETED';
    const at = new Date(Number(dynamodb.requests[0]?.['ExportTime']) * 1000).toISOString();
    await cumulusApiResults([...args, '--at', at], { environment: env });
    expect(dynamodb.requests).toHaveLength(2);
    expect(dynamodb.requests[1]?.['ClientToken']).not.toBe(dynamodb.requests[0]?.['ClientToken']);
  });

  test('does not take an export for good whose manifest is missing, altered, or of another number of items', async () => {
    const env = await environment();
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO];
    const { folder, exportArn } = await cumulusApiResult<Exported>(args, { environment: env });
    const check = (...faults: readonly Fault[]) => run(['export', '--arn', exportArn], ...faults);
    const otherCount = answered('DescribeExport', ({ ExportDescription: description }) => ({
      ExportDescription: { ...(description as object), ItemCount: 4 },
    }));
    expect((await check(otherCount)).stderr).toMatch(/holds 3 items by its manifests, DynamoDB says 4/);
    const object = { Bucket: BUCKET, Key: `${folder.replace(`s3://${BUCKET}/`, '')}/manifest-files.json` };
    await moto.s3.send(new PutObjectCommand({ ...object, Body: '{}' }));
    const altered = await check();
    expect([altered.code, altered.stderr]).toEqual([1, expect.stringContaining('manifest-files.json was altered')]);
    await moto.s3.send(new DeleteObjectCommand(object));
    expect((await check()).stderr).toContain('manifest-files.json is missing');
  });

  test('can be interrupted and asked for again, and outlasts lost connections', async () => {
    const args = ['export', '--table', 'prod-GranulesTable', '--to', TO];
    dynamodb.outcome = 'IN_PROGRESS';
    let looked: () => void = () => undefined;
    const looking = new Promise<void>((resolve) => {
      looked = resolve;
    });
    const noticing: Fault = async ({ action }, pass) => {
      if (action === 'DescribeExport') looked();
      return pass();
    };
    const running = await host(args, { environment: await environment(noticing) });
    await looking;
    await running.kill('SIGINT');
    const interrupted = await running.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(/goes on inside AWS[\s\S]*cumulus-api export --arn arn:/);

    // Still under way: it is found, and not begun a second time.
    const noWait = await run([...args, '--no-wait', '--json']);
    expect(resultOf(noWait.stdout)).toMatchObject({ state: 'exporting', finishBy: expect.stringContaining('--arn') });
    // Its plan looks twice; then the looks of the wait are lost, beyond what the SDK tries by itself.
    let looks = 0;
    const losing: Fault = async ({ action }, pass) => {
      if (action !== 'DescribeExport') return pass();
      looks += 1;
      if (looks <= 2 || looks > 10) return pass();
      dynamodb.outcome = 'COMPLETED';
      throw new Error('The connection is lost.');
    };
    const again = await run([...args, '--json'], losing);
    expect(resultOf(again.stdout)).toMatchObject({ state: 'exported', items: 3 });
    expect(looks).toBeGreaterThan(10);
    expect(dynamodb.requests).toHaveLength(1);
  }, 60_000);
});
