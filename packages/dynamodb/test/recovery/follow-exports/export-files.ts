import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { OwnBucket } from '@cumulus/test-kit';

/** What an export is made of, in the form that AWS documents. */
export interface ExportContent {
  readonly arn: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly prefix: string;
  /** Of a full export. */
  readonly at?: Date;
  /** Of an incremental one. */
  readonly window?: { readonly from: Date; readonly to: Date };
  /** The lines of each data file. */
  readonly parts: readonly (readonly object[])[];
}

/**
 * Puts the files of an export into a bucket, as AWS documents them: an incremental export's data files lie in a folder that all of them share.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @returns the key of its manifest-summary.json
 */
export async function putExport(bucket: OwnBucket, content: ExportContent): Promise<string> {
  const { arn, tableArn, tableId, prefix, at, window, parts } = content;
  const id = arn.replace(/^.*\//, '');
  const root = `${prefix === '' ? '' : `${prefix}/`}AWSDynamoDB`;
  const folder = `${root}/${id}`;
  const listed = await Promise.all(
    parts.map(async (lines, index) => {
      const body = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const name = `${createHash('md5').update(`${arn} ${index}`).digest('hex').slice(0, 26)}.json.gz`;
      const dataFileS3Key = `${window === undefined ? folder : root}/data/${name}`;
      await bucket.put(dataFileS3Key, body);
      // Of an upload in one part; DynamoDB’s own have the form of several parts.
      const etag = createHash('md5').update(body).digest('hex');
      return { itemCount: lines.length, md5Checksum: md5(body), etag, dataFileS3Key };
    }),
  );
  const putManifest = async (name: string, text: string): Promise<void> => {
    await Promise.all([bucket.put(`${folder}/${name}.json`, text), bucket.put(`${folder}/${name}.md5`, md5(text))]);
  };
  await putManifest('manifest-files', listed.map((file) => `${JSON.stringify(file)}\n`).join(''));
  const summary = {
    version: window === undefined ? '2020-06-30' : '2023-08-01',
    exportArn: arn,
    startTime: '2026-11-20T07:28:34.028Z',
    endTime: '2026-11-20T07:33:43.897Z',
    tableArn,
    tableId,
    ...(window === undefined
      ? { exportTime: at?.toISOString() }
      : { exportFromTime: window.from.toISOString(), exportToTime: window.to.toISOString() }),
    s3Bucket: bucket.name,
    s3Prefix: prefix === '' ? null : prefix,
    s3SseAlgorithm: 'AES256',
    s3SseKmsKeyId: null,
    manifestFilesS3Key: `${folder}/manifest-files.json`,
    billedSizeBytes: 0,
    itemCount: parts.flat().length,
    outputFormat: 'DYNAMODB_JSON',
    ...(window === undefined ? {} : { outputView: 'NEW_AND_OLD_IMAGES', exportType: 'INCREMENTAL_EXPORT' }),
  };
  await putManifest('manifest-summary', JSON.stringify(summary));
  return `${folder}/manifest-summary.json`;
}

function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('base64');
}
