import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Item } from '@cumulus/test-kit/tables';

/** The files of an export by their names in its folder. */
export type ExportFiles = Map<string, Buffer>;

/**
 * A fixture: the files that DynamoDB's ExportTableToPointInTime writes, in the form that AWS documents, one data file for
 * each list of items. No stand-in for AWS writes its manifests.
 * @param summary other values of fields in manifest-summary.json
 * @param folder the key of the export's folder in its bucket
 */
export function exportFiles(
  parts: readonly (readonly Item[])[],
  summary: Readonly<Record<string, unknown>> = {},
  folder = 'exports/AWSDynamoDB/01693685827463-2d8752fd',
): ExportFiles {
  const files: ExportFiles = new Map([['_started', Buffer.alloc(0)]]);
  const listed = parts.map((items, index) => {
    const content = gzipSync(items.map((Item) => `${JSON.stringify({ Item })}\n`).join(''));
    const name = `data/sgzjdolhfqcgrfbcybhk5e4ky${index}.json.gz`;
    files.set(name, content);
    const md5 = createHash('md5').update(content).digest();
    return {
      itemCount: items.length,
      md5Checksum: md5.toString('base64'),
      etag: `${createHash('md5').update(md5).digest('hex')}-1`,
      dataFileS3Key: `${folder}/${name}`,
    };
  });
  setManifest(files, 'manifest-files', listed.map((file) => `${JSON.stringify(file)}\n`).join(''));
  const reported = {
    version: '2020-06-30',
    exportArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/export/01693685827463-2d8752fd',
    startTime: '2026-11-20T07:28:34.028Z',
    endTime: '2026-11-20T07:33:43.897Z',
    tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable',
    tableId: '12345a12-abcd-123a-ab12-1234abc12345',
    exportTime: '2026-11-20T07:28:34.028Z',
    s3Bucket: 'the-bucket-of-the-export',
    s3Prefix: 'exports',
    s3SseAlgorithm: 'AES256',
    s3SseKmsKeyId: null,
    manifestFilesS3Key: `${folder}/manifest-files.json`,
    billedSizeBytes: 1_234,
    itemCount: parts.flat().length,
    outputFormat: 'DYNAMODB_JSON',
    exportType: 'FULL_EXPORT',
    ...summary,
  };
  setManifest(files, 'manifest-summary', JSON.stringify(reported));
  return files;
}

/** Puts a manifest among the files, with its checksum. */
export function setManifest(files: ExportFiles, name: string, text: string): void {
  files.set(`${name}.json`, Buffer.from(text));
  files.set(`${name}.md5`, Buffer.from(createHash('md5').update(text).digest('base64')));
}
