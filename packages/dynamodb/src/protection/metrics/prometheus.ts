import type { ProtectionReport } from '../report.ts';
import { type MetricName, type ProtectionMetric, protectionMetrics } from './metrics.ts';

/** The name of each metric in Prometheus, without what is before and after, and its help. */
const FAMILIES: Readonly<Record<MetricName, { readonly name: string; readonly help: string }>> = {
  Verdict: { name: 'verdict', help: '0 protected, 1 warnings alone, 2 not protected' },
  UnprotectedTables: { name: 'unprotected_tables', help: 'Tables that are not protected' },
  Failures: { name: 'failures', help: 'Findings that the policy does not allow' },
  Warnings: { name: 'warnings', help: 'Findings that the policy warns of' },
  BackupAge: { name: 'newest_backup', help: 'the newest backup file, by the start of its reading' },
  ProvedBackupAge: {
    name: 'newest_proved_backup',
    help: 'the newest backup file with a proof, by the start of its reading',
  },
  RecoveryWindow: { name: 'recovery_window_seconds', help: 'How long point-in-time recovery reaches back' },
  RecoveryLag: { name: 'recovery_latest', help: 'the latest time that point-in-time recovery restores to' },
  ArchiveLag: { name: 'archive_latest', help: 'the latest time that the archive restores to' },
  RehearsalAge: { name: 'rehearsal', help: 'the newest rehearsal, by its end, unless it failed' },
};

const BEFORE = 'cumulus_protection_';

/** A line of the format, without its labels, and the help of its family. */
interface Sample {
  readonly family: string;
  readonly help: string;
  readonly value: number;
  readonly labels: string;
}

/**
 * The numbers of a report in Prometheus's text format. Each age is there as of the report, and as a timestamp: an alarm on
 * `time() - <name>_timestamp_seconds` is raised too if no report is made any more.
 *
 * @example
 * ```ts
 * import { prometheusText, type ProtectionReport } from '@cumulus/dynamodb/protection';
 *
 * declare const report: ProtectionReport;
 * process.stdout.write(prometheusText(report));
 * ```
 */
export function prometheusText(report: ProtectionReport): string {
  const { at, prefix } = report;
  const samples = [
    ...protectionMetrics(report).flatMap((metric) => samplesOf(metric, prefix)),
    {
      family: `${BEFORE}checked_timestamp_seconds`,
      help: 'When this was found out, in seconds since 1970',
      value: Date.parse(at) / 1000,
      labels: labelsOf({ prefix }),
    },
  ];
  const families = new Map<string, Sample[]>();
  for (const sample of samples) families.set(sample.family, [...(families.get(sample.family) ?? []), sample]);
  return [...families].map(([family, of]) => textOf(family, of)).join('');
}

function samplesOf({ name, table, value, since }: ProtectionMetric, prefix: string): readonly Sample[] {
  const { name: family, help } = FAMILIES[name];
  const before = table === null ? `${BEFORE}deployment_` : BEFORE;
  const labels = labelsOf(table === null ? { prefix } : { prefix, table });
  if (since === undefined) return [{ family: before + family, help, value, labels }];
  return [
    { family: `${before}${family}_age_seconds`, help: `Age of ${help}`, value, labels },
    {
      family: `${before}${family}_timestamp_seconds`,
      help: `Time of ${help}, in seconds since 1970`,
      value: Date.parse(since) / 1000,
      labels,
    },
  ];
}

function textOf(family: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${family}${labels} ${value}\n`);
  return `# HELP ${family} ${samples[0]?.help}\n# TYPE ${family} gauge\n${lines.join('')}`;
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${texts.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
}
