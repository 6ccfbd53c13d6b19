import { createClient, createS3Client, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { backUpTable, restoreTable } from '@cumulus/dynamodb/backup';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { instead, NO_EVIDENCE } from '../kit/faults/instead.ts';
import { type Call, type Fault, withFaults } from '../kit/faults/proxy.ts';
import { granules } from '../kit/granules.ts';
import { largeItems } from './large-items.ts';

const EMPTY = { type: 'application/xml', body: Buffer.alloc(0) };
const PAGE = NO_EVIDENCE['a page of a proxy'] ?? EMPTY;
const ERROR = {
  type: 'application/xml',
  body: Buffer.from('<?xml version="1.0"?><Error><Code>InternalError</Code><Message>Said late</Message></Error>'),
};

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'HTTP 200 of S3 is no evidence by itself', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'wrong-answers');
  const tables = ownTables();
  const client = createClient();
  let small: string;
  let large: string;

  beforeAll(async () => {
    small = await tables.create(granules(20));
    large = await tables.create(largeItems(40));
  });

  /** Backs up to S3 by a client that gives up soon. */
  const backUp = (fault: Fault, table: string, folder: string) =>
    withFaults(
      [fault],
      async ({ endpoint }) => {
        const s3 = await createS3Client({ endpoint, retryPolicy: INTERACTIVE_RETRY_POLICY });
        return backUpTable({ client, table, directory: bucket.url(folder), s3: async () => s3 });
      },
      moto.endpoint,
    );

  const isOfData = ({ action }: Call): boolean => /\.json\?/.test(action) && !/manifest|lock/.test(action);

  test.each([
    ['an empty answer to PutObject', EMPTY],
    ['a page of a proxy for PutObject', PAGE],
  ])('%s is no backup', async (name, answer) => {
    const fault = instead((call) => call.action.startsWith('PUT') && isOfData(call), answer);
    await expect(backUp(fault, small, name.replaceAll(' ', '-'))).rejects.toThrow(
      /PutObject .*arrived damaged: it lacks ETag/,
    );
  });

  test.each([
    ['CreateMultipartUpload', 'nothing', /^POST [^?]*\?uploads/, EMPTY],
    ['CreateMultipartUpload', 'a page of a proxy', /^POST [^?]*\?uploads/, PAGE],
    ['UploadPart', 'nothing', /^PUT .*partNumber/, EMPTY],
    ['CompleteMultipartUpload', 'nothing', /^POST .*uploadId/, EMPTY],
    ['CompleteMultipartUpload', 'a page of a proxy', /^POST .*uploadId/, PAGE],
    ['CompleteMultipartUpload', 'an error', /^POST .*uploadId/, ERROR],
  ])('%s that is answered by %s is no backup', async (action, what, pattern, answer) => {
    const fault = instead(({ action }) => pattern.test(action), answer);
    const folder = `${action}-${what}`.replaceAll(' ', '-');
    await expect(backUp(fault, large, folder)).rejects.toThrow();
    expect(await bucket.keys(`${folder}/${large}.json`)).not.toContain(`${folder}/${large}.json`);
  });

  test('a list that is no list does not hide the backups that are kept', async () => {
    const fault = instead(({ action }) => action.includes('list-type=2'), PAGE);
    await expect(backUp(fault, small, 'listed')).rejects.toThrow(/arrived damaged|XML|parse/i);
  });

  test('a range of a backup that a proxy answers by a page is asked for again', async () => {
    const { file } = await backUp(async (_, pass) => pass(), small, 'ranges');
    let left = 2;
    const fault = instead((call) => call.action.startsWith('GET') && isOfData(call) && left-- > 0, PAGE);
    const target = await tables.create();
    const restored = await withFaults(
      [fault],
      async ({ endpoint }) => {
        const s3 = await createS3Client({ endpoint, retryPolicy: INTERACTIVE_RETRY_POLICY });
        return restoreTable({ client, file, table: target, s3: async () => s3 });
      },
      moto.endpoint,
    );
    expect(restored).toMatchObject({ items: 20, proved: true });
    expect(await itemsOf(target)).toHaveLength(20);
  });
});
