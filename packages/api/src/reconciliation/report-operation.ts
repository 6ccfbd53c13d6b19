import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CumulusError, DEFAULT_RETRY_POLICY, withRetryPolicy } from '@cumulus/dynamodb/aws';
import type { TableName } from '@cumulus/dynamodb/tables';
import { createAwsClients } from '../aws/clients.ts';
import { isPassing } from '../aws/is-passing.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { Cmr } from '../cmr/cmr.ts';
import type { CmrSettings } from '../cmr-settings.ts';
import type { OperationEnd, OperationJob, OperationKind } from '../operations/operation-kind.ts';
import type { ReconciliationReports } from '../reports/reconciliation-reports.ts';
import { PARTS } from './findings.ts';
import type { GranuleFilter } from './granule-filter.ts';
import { countsOf, type Report } from './report.ts';
import { writeReport } from './write-report.ts';

/** By which records name it, as later releases do. */
export const REPORT_KIND = 'Reconciliation Report';

/** How often a report is begun: it cannot be taken up in its midst, and a function may be too short for it. */
const MAX_ATTEMPTS = 3;

/** How often a request to S3 is sent before its failure counts. */
const S3_ATTEMPTS = 10;

/** What an operation is given. */
export interface ReportInput {
  /** Without `.json`. */
  readonly name: string;
  readonly location?: 'S3' | 'CMR' | undefined;
  readonly filter: GranuleFilter;
}

interface ReportPosition {
  /** How often it was begun. */
  readonly attempts: number;
}

export interface ReportServices {
  readonly client: DynamoDBClient;
  readonly tableName: (name: TableName) => string;
  readonly systemObjects: SystemObjects | undefined;
  readonly cmr: Cmr;
  readonly cmrSettings: CmrSettings;
  readonly reports: ReconciliationReports;
  readonly now: () => number;
}

/** Makes reconciliation reports, each from its beginning to its end. */
export function reportOperation(services: ReportServices): OperationKind<ReportInput, ReportPosition> {
  return {
    name: REPORT_KIND,
    run: async (input, job) => {
      const { reports, now } = services;
      const attempts = (job.position?.attempts ?? 0) + 1;
      if (attempts > MAX_ATTEMPTS) {
        const error = `It was begun ${MAX_ATTEMPTS} times, and interrupted each time before its end. Make it by cumulus-api reconcile, which takes as long as it needs.`;
        return failed(input, job, error, services);
      }
      await job.note({ attempts }, { report: input.name, attempts });
      await job.persist(() => reports.noteBegin(input.name, job.id, now()));
      try {
        return await make(input, job, services);
      } catch (error) {
        job.abortSignal.throwIfAborted();
        if (isPassing(error)) throw error;
        const problem = error instanceof CumulusError ? error.message : 'An internal error occurred.';
        await failed(input, job, problem, services);
        throw error;
      }
    },
  };
}

async function make(
  { name, location, filter }: ReportInput,
  job: OperationJob,
  services: ReportServices,
): Promise<OperationEnd> {
  const { tableName, systemObjects, cmr, cmrSettings, reports, now } = services;
  const { abortSignal } = job;
  const client = withRetryPolicy(services.client, DEFAULT_RETRY_POLICY);
  const { s3 } = createAwsClients(client, S3_ATTEMPTS);
  try {
    const isSet = cmrSettings.missing.length === 0;
    const { reconcile } = await import('./reconcile.ts');
    const report = await reconcile({
      ...{ client, tableName, s3, systemObjects, location, filter, abortSignal, now },
      cmr: isSet ? cmr : undefined,
      whyNotCmr: isSet ? undefined : `CMR was not asked: ${cmrSettings.missing.join(', ')} not set.`,
    });
    try {
      const place = reports.locationOf(name);
      // The operation's own lease excludes others, and ends sooner than one beside the file.
      await writeReport(report, place, { s3, abortSignal, isSole: true });
      await job.persist(() => reports.noteEnd(name));
      return { succeeded: true, output: { report: name, location: place, ...summaryOf(report) } };
    } finally {
      await report.findings.close();
    }
  } finally {
    client.destroy();
  }
}

async function failed(
  { name }: ReportInput,
  job: OperationJob,
  error: string,
  { reports, now }: ReportServices,
): Promise<OperationEnd> {
  await job.persist(() => reports.noteFailure(name, { error, asyncOperationId: job.id }, now()));
  return { succeeded: false, output: { report: name, error } };
}

function summaryOf(report: Report): object {
  const parts = PARTS.map((part) => [part, countsOf(report, part) ?? { notCompared: report.parts[part].why }]);
  return { isEqual: report.isEqual, differences: report.findings.differences, ...Object.fromEntries(parts) };
}
