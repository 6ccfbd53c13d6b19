import { once } from 'node:events';
import { request as ask, createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3 } from '@aws-sdk/client-s3';
import { describeWithMoto, type OwnMoto, ownBucket } from '@cumulus/test-kit';
import { client, itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccessDeniedError } from '../../../src/aws/errors.ts';
import { backUpTable, planBackUp, restoreTable } from '../../../src/backup/index.ts';
import { StorageError } from '../../../src/storage/errors.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { type ObjectSettings, withObjectSettings } from '../../../src/storage/s3/object-settings.ts';
import { writeWhole } from '../../../src/storage/write-whole.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d2a1ba6-2a0c-4b7b-9b5c-6a1f0b1c2d3e';
const ITEMS = [
  { granuleId: { S: 'a' }, collectionId: { S: 'c___1' } },
  { granuleId: { S: 'b' }, collectionId: { S: 'c___1' } },
];

/** A request, as far as a bucket's policy can see it. */
interface Asked {
  readonly what: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a policy says of a request: nothing, or the message of a denial. */
type Policy = (asked: Asked) => string | undefined;

/** moto behind a policy, which moto itself does not look at. */
class GuardedS3 {
  policy: Policy = () => undefined;
  asked: Asked[] = [];
  readonly #server: Server;
  #client: S3 | undefined;

  constructor(moto: OwnMoto) {
    this.#server = createServer((request, response) => {
      const asked = { what: `${request.method} ${request.url}`, headers: request.headers };
      this.asked.push(asked);
      const denial = this.policy(asked);
      if (denial !== undefined) {
        request.resume();
        const body = `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>${denial}</Message></Error>`;
        response.writeHead(403, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? '' : body);
        return;
      }
      const { method, url, headers } = request;
      const passed = ask(moto.endpoint + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(passed);
    });
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const endpoint = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#client = new S3({ endpoint, forcePathStyle: true, maxAttempts: 1 });
  }

  stop(): void {
    this.#client?.destroy();
    this.#server.close();
  }

  /** The client, by these settings. */
  access(settings: ObjectSettings = {}): () => Promise<S3> {
    return async () => withObjectSettings(this.#client as S3, settings) as S3;
  }
}

await describeWithMoto('objects in S3', (moto) => {
  const bucket = ownBucket(moto);
  const tables = ownTables();
  const guarded = new GuardedS3(moto);
  beforeAll(() => guarded.start());
  afterAll(() => guarded.stop());

  const head = (key: string) => bucket.client.headObject({ Bucket: bucket.name, Key: key });
  async function* megabytes(count: number): AsyncGenerator<Buffer, void> {
    for (let piece = 0; piece < count; piece += 1) yield Buffer.alloc(1_000_000, 'x');
  }

  test('are encrypted and stored as asked, whatever writes them; small ones can be read at once', async () => {
    const { asked } = guarded;
    guarded.policy = ({ what, headers }) =>
      /^(?:PUT|POST) (?!.*[?&](?:uploadId|partNumber)=)/.test(what) &&
      headers['x-amz-server-side-encryption'] !== 'aws:kms'
        ? 'User: arn:aws:iam::123456789012:user/ops is not authorized to perform: s3:PutObject on resource: ' +
          '"arn:aws:s3:::recovery-tests/x" with an explicit deny in a resource-based policy'
        : undefined;
    const table = await tables.create(ITEMS);
    const s3 = guarded.access({ encryption: { algorithm: 'aws:kms', kmsKeyId: KEY }, storageClass: 'STANDARD_IA' });
    const directory = bucket.url('encrypted');
    await backUpTable({ client, table, directory, s3 });
    const { kept } = await backUpTable({ client, table, directory, s3 });
    await writeWhole(`${directory}/large.json`, megabytes(9), { s3, expectedBytes: 1 });
    const storage = await openStorage(directory, { s3 });
    const lease = await storage.lease('leased');
    const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY };
    expect(await head('encrypted/leased.lock')).toMatchObject(encrypted);
    await lease.release();

    const keys = await bucket.keys('encrypted/');
    expect(keys).toHaveLength(5);
    for (const key of keys) {
      const { StorageClass = 'STANDARD', ...status } = await head(key);
      expect({ key, ...status }).toMatchObject({ key, ...encrypted });
      expect({ key, StorageClass }).toEqual({
        key,
        StorageClass: key.endsWith('.manifest.json') ? 'STANDARD' : 'STANDARD_IA',
      });
    }
    expect(kept).toHaveLength(1);
    const begun = asked.find(({ what }) => what.startsWith('POST ') && what.includes('uploads'));
    expect(begun?.headers).toMatchObject({ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-storage-class': 'STANDARD_IA' });
  });

  test('that a bucket’s policy denies are an error that says so, unlike one without a permission', async () => {
    const table = await tables.create(ITEMS);
    const failure = async (): Promise<AccessDeniedError> => {
      const options = { client, table, directory: bucket.url('denied'), s3: guarded.access() };
      const error = await backUpTable(options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AccessDeniedError);
      return error as AccessDeniedError;
    };
    const explicit = await failure();
    expect(explicit.denial).toMatchObject({
      isExplicit: true,
      policy: 'resource-based policy',
      action: 's3:PutObject',
    });
    expect(explicit.advice.join()).toContain('A statement of a resource-based policy denies it.');
    expect(explicit.advice.join()).not.toContain('Allow the IAM action');

    const denied = 'User: arn:aws:iam::123456789012:user/ops is not authorized to perform:';
    guarded.policy = ({ what }) =>
      what.startsWith('PUT ')
        ? `${denied} kms:GenerateDataKey on resource: ${KEY} because no identity-based policy allows the kms:GenerateDataKey action`
        : undefined;
    expect((await failure()).advice).toEqual([`Allow the IAM action kms:GenerateDataKey on ${KEY}.`]);
    guarded.policy = ({ what }) => (what.startsWith('PUT ') ? 'Access Denied' : undefined);
    const unsaid = await failure();
    expect(unsaid.denial).toBeUndefined();
    expect(unsaid.advice.join()).toContain('Allow the IAM action s3:PutObject on arn:aws:s3:::recovery-tests/denied/');
  });

  test('are written where nothing may be removed: a lease stays as one that nobody holds', async () => {
    const table = await tables.create(ITEMS);
    guarded.policy = ({ what }) => (what.startsWith('DELETE ') ? 'Access Denied' : undefined);
    const directory = bucket.url('append-only');
    const storage = await openStorage(directory, { s3: guarded.access() });
    for (let time = 0; time < 2; time += 1) {
      const lease = await storage.lease(`${table}.json`);
      await expect(storage.lease(`${table}.json`)).rejects.toThrow('is being written already');
      await lease.release();
    }
    expect((await bucket.read(`append-only/${table}.json.lock`)).content.toString()).toBe('{"released":true}');
    // The error of the first leaves nothing that the second stops at.
    for (let time = 0; time < 2; time += 1) {
      const backingUp = backUpTable({ client, table, directory, s3: guarded.access() });
      await expect(backingUp).rejects.toThrow(/is complete and in its place.*DeleteObject/);
    }
    guarded.policy = () => undefined;
    await backUpTable({ client, table, directory, s3: guarded.access() });
    expect(await bucket.keys('append-only/')).not.toContain(`append-only/${table}.json.lock`);
  });

  test('are asked for at the cost of who asks, in every request', async () => {
    const table = await tables.create(ITEMS);
    guarded.policy = ({ headers }) => (headers['x-amz-request-payer'] === 'requester' ? undefined : 'Access Denied');
    const [directory, s3] = [bucket.url('paid'), guarded.access({ requesterPays: true })];
    const { file } = await backUpTable({ client, table, directory, s3 });
    await backUpTable({ client, table, directory, s3 });
    const target = tables.name();
    await restoreTable({ client, file, table: target, createTable: true, s3 });
    expect(await itemsOf(target)).toHaveLength(2);
    guarded.policy = () => undefined;
  });

  test('in an archive are said to be there, by whatever would read or copy them', async () => {
    const table = await tables.create(ITEMS);
    const s3 = guarded.access({ storageClass: 'GLACIER' });
    const options = { client, table, directory: bucket.url('archive'), s3 };
    const { file } = await backUpTable(options);
    const inGlacier = new RegExp(`^${file} is in the storage class GLACIER`);
    const reading = await restoreTable({ client, file, table: tables.name(), createTable: true, s3 }).catch((e) => e);
    expect(reading).toBeInstanceOf(StorageError);
    expect(reading.message).toMatch(inGlacier);
    expect(reading.message).toContain(
      `aws s3api restore-object --bucket ${bucket.name} --key archive/${table}.json --restore-request Days=7`,
    );
    for (const keeping of [backUpTable(options), planBackUp(options)]) await expect(keeping).rejects.toThrow(inGlacier);
    // What keeps no earlier backup replaces it; its count is in the manifest, which is not archived.
    expect(await backUpTable({ ...options, keep: 0 })).toMatchObject({ items: 2, kept: [] });

    await bucket.client.restoreObject({
      Bucket: bucket.name,
      Key: `archive/${table}.json`,
      RestoreRequest: { Days: 1 },
    });
    const target = tables.name();
    await restoreTable({ client, file, table: target, createTable: true, s3 });
    expect(await itemsOf(target)).toHaveLength(2);
    expect((await backUpTable({ ...options, s3: guarded.access() })).kept).toHaveLength(1);
  });

  describe('in a bucket with Object Lock and a default retention', () => {
    const locked = 'locked-tests';
    beforeAll(async () => {
      await bucket.client.createBucket({ Bucket: locked, ObjectLockEnabledForBucket: true });
      const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
      await bucket.client.putObjectLockConfiguration({ Bucket: locked, ObjectLockConfiguration });
    });

    test('are written, replaced, kept by a copy and pruned; each version stays', async () => {
      const table = await tables.create(ITEMS);
      const options = { client, table, directory: `s3://${locked}/a`, s3: guarded.access() };
      for (const keep of [1, 1, 0]) await backUpTable({ ...options, keep });
      const { Contents = [] } = await bucket.client.listObjectsV2({ Bucket: locked });
      expect(Contents.map(({ Key }) => Key)).toEqual([`a/${table}.json`, `a/${table}.json.manifest.json`]);
      const { Versions = [], DeleteMarkers = [] } = await bucket.client.listObjectVersions({ Bucket: locked });
      expect(Versions.filter(({ Key }) => Key === `a/${table}.json`)).toHaveLength(3);
      expect(DeleteMarkers.map(({ Key }) => Key)).toContain(`a/${table}.json.lock`);
      await writeWhole(`s3://${locked}/large.json`, megabytes(9), { s3: options.s3, expectedBytes: 1 });
    });
  });
});
