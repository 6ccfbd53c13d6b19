import { describe, expect, test } from '@jest/globals';
import { judgeProtection } from '../../src/protection/judge.ts';
import { protectionMetrics } from '../../src/protection/metrics/metrics.ts';
import { prometheusText } from '../../src/protection/metrics/prometheus.ts';
import { DEFAULT_POLICY } from '../../src/protection/policy.ts';
import type { ProtectionFacts, ProtectionReport, TableFacts } from '../../src/protection/report.ts';
import { backupOf, hoursAgo, known, rehearsalOf, safeDeployment, UNKNOWN } from './facts.ts';

function reportOf(changes: Partial<ProtectionFacts> = {}, ofGranules: Partial<TableFacts> = {}): ProtectionReport {
  return judgeProtection(safeDeployment(changes, ofGranules), DEFAULT_POLICY);
}

/** The numbers of the deployment (null) or of a table, by their names. */
function numbersOf(report: ProtectionReport, table: string | null): Readonly<Record<string, number>> {
  const metrics = protectionMetrics(report).filter((metric) => metric.table === table);
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

describe('protectionMetrics', () => {
  test('has the ages in seconds, as of the report', () => {
    const report = reportOf({}, { backup: known(backupOf(3)), provedBackup: known(backupOf(5)) });
    expect(numbersOf(report, 'GranulesTable')).toEqual({
      Verdict: 0,
      BackupAge: 3 * 3600,
      ProvedBackupAge: 5 * 3600,
      RecoveryWindow: expect.closeTo(839.9 * 3600),
      RecoveryLag: 360,
      ArchiveLag: 360,
    });
  });

  test('the deployment has the oldest of its tables’ newest proved backups', () => {
    expect(numbersOf(reportOf({}, { provedBackup: known(backupOf(100)) }), null)).toEqual({
      ...{ Verdict: 0, UnprotectedTables: 0, Failures: 0, Warnings: 0 },
      ProvedBackupAge: 100 * 3600,
      RehearsalAge: 24 * 3600,
    });
  });

  test.each([
    ['none', known(null)],
    ['unknown', UNKNOWN],
    ['of a time that has not come', known(backupOf(-2))],
  ])('a table whose proved backup is %s has no age, and the deployment has none either', (_, provedBackup) => {
    const report = reportOf({}, { provedBackup });
    expect(numbersOf(report, 'GranulesTable')).not.toHaveProperty('ProvedBackupAge');
    expect(numbersOf(report, null)).not.toHaveProperty('ProvedBackupAge');
    expect(numbersOf(report, null)).toMatchObject({ Verdict: 2, UnprotectedTables: 1, Failures: 1 });
  });

  test('tables of which the policy asks for no proof do not count for the deployment', () => {
    const facts = safeDeployment();
    const tables = facts.tables.map((table) =>
      table.name === 'AccessTokensTable' ? { ...table, provedBackup: known(null) } : table,
    );
    expect(numbersOf(reportOf({ tables }), null)).toMatchObject({ ProvedBackupAge: 2 * 3600 });
  });

  test('point-in-time recovery that is off or unknown has no window and no lag', () => {
    const off = known({ enabled: false, earliest: null, latest: null, days: null });
    for (const pointInTime of [off, UNKNOWN]) {
      const numbers = numbersOf(reportOf({}, { pointInTime }), 'GranulesTable');
      expect(numbers).not.toHaveProperty('RecoveryWindow');
      expect(numbers).not.toHaveProperty('RecoveryLag');
    }
  });

  test('a rehearsal that failed, or that there was none of, has no age', () => {
    expect(numbersOf(reportOf({ rehearsal: null }), null)).not.toHaveProperty('RehearsalAge');
    const failed = reportOf({ rehearsal: rehearsalOf(1, { outcome: 'failed' }) });
    expect(numbersOf(failed, null)).not.toHaveProperty('RehearsalAge');
  });

  test('what is of a time that has not come has no age, in Prometheus’s text neither', () => {
    const report = reportOf({ rehearsal: rehearsalOf(-2) }, { backup: known(backupOf(-2)) });
    expect(numbersOf(report, null)).not.toHaveProperty('RehearsalAge');
    expect(numbersOf(report, 'GranulesTable')).not.toHaveProperty('BackupAge');
    expect(prometheusText(report)).not.toContain('rehearsal_timestamp');
  });
});

describe('prometheusText', () => {
  test('has each family once, with its help and type, and all of its samples together', () => {
    const lines = prometheusText(reportOf()).split('\n');
    const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(families).size).toBe(families.length);
    let family = '';
    for (const line of lines.filter((each) => each !== '')) {
      if (line.startsWith('# HELP')) family = line.split(' ')[2] ?? '';
      else if (!line.startsWith('#')) expect(line.slice(0, line.indexOf('{'))).toBe(family);
    }
  });

  test('has the instant of an age, which is the same in each report', () => {
    const time = Date.parse(hoursAgo(2)) / 1000;
    expect(prometheusText(reportOf())).toContain(
      `cumulus_protection_newest_backup_timestamp_seconds{prefix="prod",table="GranulesTable"} ${time}\n`,
    );
  });

  test('escapes what a label may not hold', () => {
    expect(prometheusText(reportOf({ prefix: 'a"b\\c\nd' }))).toContain('{prefix="a\\"b\\\\c\\nd"}');
  });
});
