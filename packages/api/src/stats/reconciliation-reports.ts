import { PageTrail } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Settings } from '../settings.ts';

/** What is known of a reconciliation report without reading it. */
export interface ReportFacts {
  readonly reconciliationReportName: string;
  /** When it was written, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** The reconciliation reports that lie in S3; none where the deployment has no bucket. @throws ServiceUnavailableError */
export async function listReports(
  { stackName, systemBucket: Bucket }: Pick<Settings, 'stackName' | 'systemBucket'>,
  clients: AwsClients,
): Promise<readonly ReportFacts[]> {
  if (Bucket === undefined) return [];
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const Prefix = `${stackName}/reconciliation-reports/`;
  const trail = new PageTrail<string>(`The list of s3://${Bucket}/${Prefix}`);
  return askService('S3', async () => {
    const reports: ReportFacts[] = [];
    for await (const page of paginateListObjectsV2({ client: await clients.s3() }, { Bucket, Prefix })) {
      trail.step(page.NextContinuationToken);
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        const reconciliationReportName = Key.slice(Key.lastIndexOf('/') + 1);
        if (reconciliationReportName !== '')
          reports.push({ reconciliationReportName, timestamp: LastModified?.getTime() ?? 0 });
      }
    }
    return reports;
  });
}
