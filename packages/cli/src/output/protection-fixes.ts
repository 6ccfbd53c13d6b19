import type { BackupFacts, Finding, Known, ProtectionReport, TableProtection } from '@cumulus/dynamodb/protection';

/** The options of the command line that its commands need too. */
export interface TypedOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}

/** The report that a command is for, and the options to give again. */
interface Of {
  readonly report: ProtectionReport;
  /** Of `cumulus-api`: ` --region us-west-2`. */
  readonly again: string;
  /** Of the AWS CLI, which knows no region by itself. */
  readonly ofAws: string;
}

/** A backup with its time in its name: dated, or kept when a newer one took its place. */
const TIMED = /\.\d{8}T\d{6}(?:\.\d{3})?Z\.json(?:\.gz)?(?:\.age)?$/;

/** A backup that `backup --dated` made. */
const DATED = /\.\d{8}T\d{6}Z\.json(?:\.gz)?(?:\.age)?$/;

/**
 * A report with the command that mends each finding, where one does: as it can be copied into a shell.
 * @param typed how AWS was asked, to ask it again
 *
 * @example
 * ```ts
 * import { withFixes } from '@cumulus/cli/protection-page';
 *
 * declare const report: Parameters<typeof withFixes>[0];
 * const commands = withFixes(report).tables.flatMap(({ findings }) => findings.map(({ fix }) => fix));
 * ```
 */
export function withFixes(report: ProtectionReport, typed: TypedOptions = {}): ProtectionReport {
  const others = optionsOf({ profile: typed.profile, 'endpoint-url': typed['endpoint-url'] });
  const of: Of = {
    report,
    again: optionsOf({ region: typed.region }) + others,
    ofAws: optionsOf({ region: report.region }) + others,
  };
  return {
    ...report,
    findings: report.findings.map((finding) => withFix(finding, fixOfDeployment(finding, of))),
    tables: report.tables.map((table) => ({
      ...table,
      findings: table.findings.map((finding) => withFix(finding, fixOfTable(finding, table, of))),
    })),
  };
}

function withFix(finding: Finding, fix: string | undefined): Finding {
  return fix === undefined ? finding : { ...finding, fix };
}

function fixOfDeployment({ code }: Finding, { report: { prefix, backups, rehearsal }, again }: Of): string | undefined {
  const ofPrefix = `--prefix ${shellWord(prefix)}`;
  switch (code) {
    case 'DEPLOYMENT_MISSING':
      return `cumulus-api tables list ${ofPrefix}${again}`;
    case 'BACKUPS_NOT_NAMED':
      return `cumulus-api status ${ofPrefix} --backups FOLDER${again}`;
    case 'ARCHIVE_NOT_NAMED':
      return `cumulus-api status ${ofPrefix} --archive FOLDER${again}`;
    case 'REHEARSAL_MISSING':
    case 'REHEARSAL_OLD':
    case 'REHEARSAL_FAILED':
    case 'REHEARSAL_PARTIAL':
      return `cumulus-api rehearse ${ofPrefix} --from ${rehearsal?.from ?? 'backup'} --backups ${shellWord(backups ?? '')}${again}`;
    default:
      return undefined;
  }
}

function fixOfTable({ code }: Finding, protection: TableProtection, of: Of): string | undefined {
  const { report, again, ofAws } = of;
  const table = shellWord(protection.table);
  const update = (change: string): string => `aws dynamodb update-table --table-name ${table} ${change}${ofAws}`;
  switch (code) {
    case 'TABLE_MISSING':
      return fixOfMissing(protection, of);
    case 'PITR_OFF':
      return `cumulus-api pitr enable --table ${table}${again}`;
    case 'PITR_WINDOW_SHORT': {
      const days = policyDays(report, protection.name);
      const specification = `PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=${days}`;
      return `aws dynamodb update-continuous-backups --table-name ${table} --point-in-time-recovery-specification ${specification}${ofAws}`;
    }
    case 'DELETION_PROTECTION_OFF':
      return update('--deletion-protection-enabled');
    case 'ENCRYPTION_KEY_OF_AWS':
      return update('--sse-specification Enabled=true,SSEType=KMS');
    case 'ENCRYPTION_KEY_UNUSABLE':
      return protection.encryption.known && protection.encryption.value.key !== null
        ? `aws kms enable-key --key-id ${shellWord(protection.encryption.value.key)}${ofAws}`
        : undefined;
    case 'STREAM_OFF':
      return update('--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES');
    case 'STREAM_OTHER_VIEW':
      return [
        update('--stream-specification StreamEnabled=false'),
        `aws dynamodb wait table-exists --table-name ${table}${ofAws}`,
        update('--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES'),
      ].join(' && ');
    case 'BACKUP_MISSING':
    case 'BACKUP_OLD':
    case 'BACKUP_TOO_SMALL':
    case 'BACKUP_SIZE_UNKNOWN':
    case 'BACKUP_OF_OTHER_TABLE':
      return backupOf(protection, of);
    case 'PROOF_MISSING':
    case 'PROOF_OLD':
      return proofOf(protection, of);
    case 'BACKUP_IN_FUTURE':
      return fixOfFuture(protection.backup, protection, of);
    case 'PROOF_IN_FUTURE':
      return fixOfFuture(protection.provedBackup, protection, of);
    case 'ARCHIVE_MISSING':
    case 'ARCHIVE_NO_TIME_YET':
    case 'ARCHIVE_LAGS':
      return `cumulus-api archive follow --table ${table} --to ${shellWord(report.archive ?? '')}${again}`;
    case 'ARCHIVE_DAMAGED':
      return `cumulus-api archive verify --archive ${shellWord(report.archive ?? '')} --table ${table}${again}`;
    case 'ON_DEMAND_MISSING':
    case 'ON_DEMAND_OLD':
    case 'ON_DEMAND_IN_FUTURE':
      return `cumulus-api on-demand create --table ${table}${again}`;
    case 'EXPORT_MISSING':
    case 'EXPORT_OLD':
    case 'EXPORT_IN_FUTURE':
      return `cumulus-api export --table ${table} --to ${shellWord(destinationOf(protection))}${again}`;
    default:
      return undefined;
  }
}

/**
 * What brings a deleted table back, from the newest source: DynamoDB keeps a backup of a protected one for 35 days. An empty table would take the
 * name that the restore needs, so it is advised only where nothing is left to restore from.
 */
function fixOfMissing(
  { table, onDemand, provedBackup, backup }: TableProtection,
  { report, again }: Of,
): string | undefined {
  // The prefix or the region is wrong, most often.
  if (report.findings.some(({ code }) => code === 'DEPLOYMENT_MISSING')) return undefined;
  const name = shellWord(table);
  const inAws = onDemand.known ? onDemand.value : null;
  const file = knownBackup(provedBackup) ?? knownBackup(backup);
  if (inAws !== null && (file === undefined || inAws.createdAt >= file.startedAt)) {
    return `cumulus-api on-demand restore --backup ${shellWord(inAws.arn)} --to ${name}${again}`;
  }
  if (file !== undefined) return `cumulus-api restore ${shellWord(file.file)} --table ${name} --create-table${again}`;
  if (!onDemand.known || !backup.known) return undefined;
  return `cumulus-api tables create --prefix ${shellWord(report.prefix)}${again}`;
}

/** A backup in the place and form of the newest one. */
function backupOf({ table, backup }: TableProtection, { report: { backups }, again }: Of): string | undefined {
  if (backups === null) return undefined;
  const file = knownBackup(backup)?.file ?? '';
  const place = backups.startsWith('s3://') ? '--to' : '--directory';
  const form = [file.endsWith('.gz') ? ' --gzip' : '', DATED.test(file) ? ' --dated' : ''].join('');
  return `cumulus-api backup --table ${shellWord(table)} ${place} ${shellWord(backups)}${form} --verify${again}`;
}

/** The newest backup needs no more than a proof, unless it is too old itself. */
function proofOf(protection: TableProtection, of: Of): string | undefined {
  const newest = knownBackup(protection.backup);
  const isOfUse = !protection.findings.some(({ code }) => ['BACKUP_OLD', 'BACKUP_IN_FUTURE'].includes(code));
  if (newest === undefined || newest.proofs.length > 0 || !isOfUse) return backupOf(protection, of);
  return `cumulus-api verify ${shellWord(newest.file)}${of.again}`;
}

/** A new backup takes the place of one without a time in its name; others stay the newest until they are moved away. */
function fixOfFuture(future: TableProtection['backup'], protection: TableProtection, of: Of): string | undefined {
  return TIMED.test(knownBackup(future)?.file ?? '') ? undefined : backupOf(protection, of);
}

/** Where the newest export went, without DynamoDB's own folder. */
function destinationOf({ export: exported }: TableProtection): string {
  if (!exported.known || exported.value === null) return 's3://BUCKET/PREFIX';
  return exported.value.to.replace(/\/AWSDynamoDB\/[^/]*$/, '');
}

function policyDays({ policy: { tables } }: ProtectionReport, name: string): number {
  // DynamoDB takes whole days.
  return Math.ceil((tables[name] ?? tables['*']).pointInTime.minDays);
}

function knownBackup(fact: Known<BackupFacts | null>): BackupFacts | undefined {
  return fact.known ? (fact.value ?? undefined) : undefined;
}

function optionsOf(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${shellWord(value)}`]))
    .join('');
}

/** A text as a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
