import { requireNoBackup } from '@cumulus/dynamodb/backup';
import {
  DEFAULT_POLICY,
  gatherProtection,
  judgeProtection,
  type ProtectionReport,
  putMetrics,
  readPolicy,
  type TableProtection,
} from '@cumulus/dynamodb/protection';
import { listAwsBackups } from '@cumulus/dynamodb/recovery';
import { physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../command.ts';
import { withFixes } from '../../output/protection-fixes.ts';
import { tableNames } from '../../tables/table-names.ts';
import { describeDeployment, describeFindings, describeTable } from './describe-protection.ts';
import type { StatusOptions } from './options.ts';
import { writeNumbers, writePage } from './write-report.ts';

export async function runStatus(options: StatusOptions, context: Context): Promise<readonly Task[]> {
  const { prefix, tables, backups, archive, metrics, html, 'metrics-file': metricsFile } = options;
  const { client, s3, abortSignal } = context;
  if (html !== undefined) await requireNoBackup(html, { s3, abortSignal });
  const policy = options.policy === undefined ? DEFAULT_POLICY : await readPolicy(options.policy, { s3, abortSignal });
  const nameOf = await tableNames({ prefix, tables }, TABLE_NAMES);
  const facts = await gatherProtection({
    ...{ client, prefix, backups, archive, s3, abortSignal, awsBackups: listAwsBackups },
    tableName: (name) => (name === RECORD_COUNTS_TABLE.name ? physicalTableName(prefix, name) : nameOf(name)),
  });
  const report = withFixes(judgeProtection(facts, policy), options);
  const isInWords = metrics !== 'prometheus' || metricsFile !== undefined;
  return [
    ...report.tables.map((table) => taskOf(table.table, async () => outcomeOfTable(table, report, isInWords))),
    ...(metrics === 'prometheus' ? [taskOf(null, async () => writeNumbers(report, metricsFile, context))] : []),
    ...(html === undefined ? [] : [taskOf(null, async () => writePage(report, html, context))]),
    ...(metrics === 'cloudwatch' ? [taskOf(null, async () => sendNumbers(report, context))] : []),
    taskOf(null, async () => outcomeOfDeployment(report, isInWords)),
  ];
}

function taskOf(table: string | null, work: () => Promise<Outcome | undefined>): Task {
  return {
    table,
    run: async () => {
      const outcome = await work();
      return outcome === undefined ? [] : [outcome];
    },
  };
}

function outcomeOfTable(table: TableProtection, { at }: ProtectionReport, isInWords: boolean): Outcome {
  return {
    result: table,
    lines: isInWords ? describeTable(table, at) : [],
    failure: describeFindings(`Table ${table.table}`, table.findings, 'failure'),
    warning: describeFindings(`Table ${table.table}`, table.findings, 'warning'),
  };
}

function outcomeOfDeployment(report: ProtectionReport, isInWords: boolean): Outcome {
  const { tables: _, ...summary } = report;
  const { prefix, findings } = report;
  return {
    result: summary,
    isSummary: true,
    lines: isInWords ? [describeDeployment(report)] : [],
    failure: describeFindings(`The deployment ${prefix}`, findings, 'failure'),
    warning: describeFindings(`The deployment ${prefix}`, findings, 'warning'),
  };
}

async function sendNumbers(report: ProtectionReport, { client, abortSignal }: Context): Promise<undefined> {
  await putMetrics(client, report, abortSignal);
}
