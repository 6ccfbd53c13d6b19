import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { OwnMoto } from '../own-moto.ts';
import type { Item } from '../own-tables.ts';

export interface DocumentedExport {
  readonly bucket: string;
  readonly prefix: string;
  /** The last part of the export's ARN. */
  readonly id: string;
  readonly exportArn: string;
  readonly tableArn: string;
  readonly time: Date;
  readonly items: readonly Item[];
}

/**
 * Puts into moto's S3 what AWS's documentation says that an export consists of: two data files of gzipped DynamoDB JSON,
 * the two manifests and their MD5s. moto itself writes a data file only.
 * @returns the folder's URL
 */
export async function putDocumentedExport(moto: OwnMoto, documented: DocumentedExport): Promise<string> {
  const { bucket, prefix, id, exportArn, tableArn, time, items } = documented;
  const folder = `${prefix}/AWSDynamoDB/${id}`;
  const put = async (name: string, content: string | Buffer): Promise<string> => {
    await moto.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${folder}/${name}`, Body: content }));
    return createHash('md5').update(content).digest('base64');
  };
  const half = Math.ceil(items.length / 2);
  const files: string[] = [];
  for (const [name, part] of [
    ['sgzjdolhfqcgrfbcybhk5e4kyy', items.slice(0, half)],
    ['x4vkszmqei4e5kfhbg6lmswbhe', items.slice(half)],
  ] as const) {
    const content = gzipSync(part.map((Item) => `${JSON.stringify({ Item })}\n`).join(''));
    const md5Checksum = await put(`data/${name}.json.gz`, content);
    const dataFileS3Key = `${folder}/data/${name}.json.gz`;
    files.push(JSON.stringify({ itemCount: part.length, md5Checksum, etag: `${name}-1`, dataFileS3Key }));
  }
  await put('manifest-files.md5', await put('manifest-files.json', `${files.join('\n')}\n`));
  const summary = {
    version: '2020-06-30',
    exportArn,
    startTime: time.toISOString(),
    endTime: time.toISOString(),
    tableArn,
    tableId: '12345a12-abcd-123a-ab12-1234abc12345',
    exportTime: time.toISOString(),
    s3Bucket: bucket,
    s3Prefix: prefix,
    s3SseAlgorithm: 'AES256',
    s3SseKmsKeyId: null,
    manifestFilesS3Key: `${folder}/manifest-files.json`,
    billedSizeBytes: 1234,
    itemCount: items.length,
    outputFormat: 'DYNAMODB_JSON',
    exportType: 'FULL_EXPORT',
  };
  await put('manifest-summary.md5', await put('manifest-summary.json', JSON.stringify(summary)));
  return `s3://${bucket}/${folder}`;
}
