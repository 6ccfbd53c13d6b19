import { type DynamoDBClient, ListExportsCommand } from '@aws-sdk/client-dynamodb';
import { pagesOf } from '../../aws/pages.ts';
import { sendExplained } from '../../aws/send.ts';
import { describeExport, type TableExport } from './describe.ts';
import type { ExportDestination } from './destination.ts';

/** The exports of a table that DynamoDB knows of, which are those of the last 90 days. */
export interface KnownExports {
  /** Under way, or completed, in DynamoDB's order. */
  readonly exports: readonly TableExport[];
  /** How many failed. */
  readonly failures: number;
}

export interface FindExportsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly tableArn: string;
  /** Only those that go here. */
  readonly destination: ExportDestination;
  /** Also those that have ended; else only those under way. */
  readonly ended: boolean;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Looks for exports of a table to one destination.
 * @throws AccessDeniedError, which names the action that is not permitted
 */
export async function findExports(options: FindExportsOptions): Promise<KnownExports> {
  const { client, destination, abortSignal } = options;
  const listed = await listExports(options);
  const exports: TableExport[] = [];
  let { failures } = listed;
  for (const arn of listed.arns) {
    const known = await describeExport(client, arn, abortSignal);
    const { bucket, prefix } = known.destination;
    // It may have ended since it was listed.
    if (known.status === 'FAILED') failures += 1;
    else if (bucket === destination.bucket && prefix === destination.prefix) exports.push(known);
  }
  return { exports, failures };
}

/**
 * The newest completed export of all of a table, by when it was asked for; undefined if there is none.
 * @throws AccessDeniedError, which names the action that is not permitted
 */
export async function findNewestExport(
  options: Pick<FindExportsOptions, 'client' | 'table' | 'tableArn' | 'abortSignal'>,
): Promise<TableExport | undefined> {
  const { arns } = await listExports({ ...options, ended: true });
  // The last part of an ARN begins with the time.
  for (const arn of [...arns].sort().reverse()) {
    const known = await describeExport(options.client, arn, options.abortSignal);
    if (known.status === 'COMPLETED') return known;
  }
  return undefined;
}

/**
 * Full and incremental exports of a table to one destination that were started at a time or later.
 * @throws AccessDeniedError, which names the action that is not permitted
 */
export async function findExportsSince({
  since,
  ...options
}: Omit<FindExportsOptions, 'ended'> & { readonly since: Date }): Promise<KnownExports> {
  const { client, destination, abortSignal } = options;
  const { arns, failures } = await listExports({
    ...options,
    ended: true,
    types: ['FULL_EXPORT', 'INCREMENTAL_EXPORT'],
  });
  const exports: TableExport[] = [];
  for (const arn of arns) {
    const startedAt = startOfArn(arn);
    if (startedAt !== undefined && startedAt < since) continue;
    const known = await describeExport(client, arn, abortSignal);
    const { bucket, prefix } = known.destination;
    const isThere = bucket === destination.bucket && prefix === destination.prefix;
    if (isThere && known.status !== 'FAILED') exports.push(known);
  }
  return { exports, failures };
}

/** When an export was started, as its ARN has it: in milliseconds, with leading zeros, `…/export/01695353076000-06e2188f`. */
function startOfArn(arn: string): Date | undefined {
  const [, time] = /\/(\d{14})-[^/]*$/.exec(arn) ?? [];
  return time === undefined ? undefined : new Date(Number(time));
}

interface ListExportsOptions extends Omit<FindExportsOptions, 'destination'> {
  /** Full ones only unless given. */
  readonly types?: readonly string[] | undefined;
}

async function listExports({
  client,
  table,
  tableArn,
  ended,
  types = ['FULL_EXPORT'],
  abortSignal,
}: ListExportsOptions): Promise<{ readonly arns: readonly string[]; readonly failures: number }> {
  const arns: string[] = [];
  let failures = 0;
  const pages = pagesOf({
    what: `The list of exports of ${table}`,
    ask: (token: string | undefined) => {
      const command = new ListExportsCommand({ TableArn: tableArn, NextToken: token });
      return sendExplained(client, command, { action: 'ListExports', table }, abortSignal);
    },
    next: ({ NextToken }) => NextToken,
  });
  for await (const { ExportSummaries = [] } of pages) {
    for (const { ExportArn, ExportStatus, ExportType = 'FULL_EXPORT' } of ExportSummaries) {
      if (ExportStatus === 'FAILED') failures += 1;
      const wanted = ExportStatus === 'IN_PROGRESS' || (ended && ExportStatus === 'COMPLETED');
      if (wanted && types.includes(ExportType) && ExportArn !== undefined) arns.push(ExportArn);
    }
  }
  return { arns, failures };
}
