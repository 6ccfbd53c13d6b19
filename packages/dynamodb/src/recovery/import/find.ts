import {
  type DynamoDBClient,
  type ImportSummary,
  ListImportsCommand,
  type S3BucketSource,
} from '@aws-sdk/client-dynamodb';
import { pagesOf } from '../../aws/pages.ts';
import { sendExplained } from '../../aws/send.ts';
import { parseS3Url } from '../../storage/s3/url.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { describeImport } from './describe.ts';

/** The ARN of the last import, under way or completed, that made a table out of an export's folder. */
export async function findImport(
  client: DynamoDBClient,
  target: TableDescription,
  folder: string,
  abortSignal: AbortSignal | undefined,
): Promise<string | undefined> {
  const source = dataFilesOf(folder);
  const ofFolder = (await listImports(client, target, abortSignal)).filter(
    ({ S3BucketSource: from }) => from?.S3Bucket === source.S3Bucket && from.S3KeyPrefix === source.S3KeyPrefix,
  );
  for (const { ImportArn: arn } of ofFolder.sort(byLatestStart)) {
    if (arn === undefined) continue;
    const { TableId, ImportStatus } = await describeImport(client, target.name, arn, abortSignal);
    const isOfTable = TableId === undefined || TableId === target.id;
    if (isOfTable && (ImportStatus === 'IN_PROGRESS' || ImportStatus === 'COMPLETED')) return arn;
  }
  return undefined;
}

/** What ImportTable reads: the data files, not the manifests beside them. */
export function dataFilesOf(folder: string): S3BucketSource & { readonly S3Bucket: string } {
  const { bucket, key } = parseS3Url(folder);
  return { S3Bucket: bucket, S3KeyPrefix: `${key}/data/` };
}

async function listImports(
  client: DynamoDBClient,
  { arn, name }: TableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<ImportSummary[]> {
  const pages = pagesOf({
    what: `The list of imports of ${name}`,
    ask: (token: string | undefined) => {
      const command = new ListImportsCommand({ TableArn: arn, NextToken: token });
      return sendExplained(client, command, { action: 'ListImports', table: name }, abortSignal);
    },
    next: ({ NextToken }) => NextToken,
  });
  const found: ImportSummary[] = [];
  for await (const { ImportSummaryList = [] } of pages) found.push(...ImportSummaryList);
  return found;
}

function byLatestStart(a: ImportSummary, b: ImportSummary): number {
  return (b.StartTime?.getTime() ?? 0) - (a.StartTime?.getTime() ?? 0);
}
