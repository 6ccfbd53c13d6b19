import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { OwnMoto } from '@cumulus/test-kit';
import type { Item } from '@cumulus/test-kit/tables';
import { exportFiles } from './export-fixture.ts';

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
 * Puts into moto's S3 what AWS's documentation says that an export consists of, in two data files. moto itself writes a
 * data file only.
 * @returns the folder's URL
 */
export async function putDocumentedExport(moto: OwnMoto, documented: DocumentedExport): Promise<string> {
  const { bucket, prefix, id, exportArn, tableArn, time, items } = documented;
  const folder = `${prefix}/AWSDynamoDB/${id}`;
  const half = Math.ceil(items.length / 2);
  const summary = { exportArn, tableArn, exportTime: time.toISOString(), s3Bucket: bucket, s3Prefix: prefix };
  for (const [name, content] of exportFiles([items.slice(0, half), items.slice(half)], summary, folder)) {
    await moto.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${folder}/${name}`, Body: content }));
  }
  return `s3://${bucket}/${folder}`;
}
