import { ageAt, isAhead } from '../age.ts';
import { policyOf } from '../policy.ts';
import type { BackupFacts, Finding, Known, ProtectionReport, TableProtection, Verdict } from '../report.ts';

/** The names of the metrics; docs/reference/protection-policy.md says what each is. */
export type MetricName =
  | 'ArchiveLag'
  | 'BackupAge'
  | 'Failures'
  | 'ProvedBackupAge'
  | 'RecoveryLag'
  | 'RecoveryWindow'
  | 'RehearsalAge'
  | 'UnprotectedTables'
  | 'Verdict'
  | 'Warnings';

/** A number that says how well a deployment, or a table of it, is protected. */
export interface ProtectionMetric {
  readonly name: MetricName;
  /** Cumulus's name of the table; null for the deployment as a whole. */
  readonly table: string | null;
  readonly value: number;
  readonly unit: 'Seconds' | 'Count' | 'None';
  /** Of an age: the instant that it is counted from, ISO 8601. */
  readonly since?: string;
}

/** The number of a verdict among the metrics: the greater, the worse. */
const NUMBERS: Readonly<Record<Verdict, number>> = { protected: 0, warning: 1, unprotected: 2 };

/**
 * The numbers of a report, for alarms. What does not exist, or is not known, has no number: no backup has no age, not the age 0,
 * a rehearsal that failed has none, and what is of a time that has not come has none. So an alarm has to take missing data for a breach.
 */
export function protectionMetrics(report: ProtectionReport): readonly ProtectionMetric[] {
  const { at, verdict, tables, rehearsal } = report;
  const unprotected = tables.filter((table) => table.verdict === 'unprotected').length;
  const findings = [...report.findings, ...tables.flatMap((table) => table.findings)];
  return [
    { name: 'Verdict', table: null, value: NUMBERS[verdict], unit: 'None' },
    { name: 'UnprotectedTables', table: null, value: unprotected, unit: 'Count' },
    { name: 'Failures', table: null, value: numberOf(findings, 'failure'), unit: 'Count' },
    { name: 'Warnings', table: null, value: numberOf(findings, 'warning'), unit: 'Count' },
    ...oldestProved(report),
    ...(rehearsal === null || rehearsal.outcome === 'failed' || isAhead(at, rehearsal.at)
      ? []
      : [ageMetric('RehearsalAge', null, rehearsal.at, at)]),
    ...tables.flatMap((table) => metricsOfTable(table, at)),
  ];
}

function numberOf(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}

/** The oldest among the newest proved backups of the tables that have to have one; none if one of them has none. */
function oldestProved({ tables, policy, at }: ProtectionReport): readonly ProtectionMetric[] {
  const proved = tables
    .filter(({ name }) => policyOf(policy, name).proof.level !== 'off')
    .map(({ provedBackup }) => backupOf(provedBackup, at)?.startedAt);
  const times = proved.flatMap((time) => (time === undefined ? [] : [time])).sort();
  const [oldest] = times;
  if (oldest === undefined || times.length < proved.length) return [];
  return [ageMetric('ProvedBackupAge', null, oldest, at)];
}

function metricsOfTable(table: TableProtection, at: string): readonly ProtectionMetric[] {
  const { name, verdict, pointInTime } = table;
  const [backup, proved] = [backupOf(table.backup, at), backupOf(table.provedBackup, at)];
  const metrics: ProtectionMetric[] = [{ name: 'Verdict', table: name, value: NUMBERS[verdict], unit: 'None' }];
  if (backup !== undefined) metrics.push(ageMetric('BackupAge', name, backup.startedAt, at));
  if (proved !== undefined) metrics.push(ageMetric('ProvedBackupAge', name, proved.startedAt, at));
  const archived = table.archive.known ? (table.archive.value?.latest ?? null) : null;
  if (archived !== null && !isAhead(at, archived)) metrics.push(ageMetric('ArchiveLag', name, archived, at));
  if (!pointInTime.known) return metrics;
  const { earliest, latest } = pointInTime.value;
  if (earliest === null || latest === null) return metrics;
  const window = ageAt(latest, earliest) / 1000;
  metrics.push({ name: 'RecoveryWindow', table: name, value: window, unit: 'Seconds' });
  metrics.push(ageMetric('RecoveryLag', name, latest, at));
  return metrics;
}

function ageMetric(name: MetricName, table: string | null, since: string, at: string): ProtectionMetric {
  return { name, table, value: ageAt(at, since) / 1000, unit: 'Seconds', since };
}

/** A backup whose age is known. */
function backupOf(fact: Known<BackupFacts | null>, at: string): BackupFacts | undefined {
  const backup = fact.known ? fact.value : null;
  return backup === null || isAhead(at, backup.startedAt) ? undefined : backup;
}
