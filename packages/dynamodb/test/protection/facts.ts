import type {
  ArchiveFacts,
  BackupFacts,
  Known,
  ProtectionFacts,
  RehearsalSummary,
  TableFacts,
} from '../../src/protection/report.ts';
import { RECORD_COUNTS_TABLE, TABLE_DEFINITIONS } from '../../src/tables/definitions.ts';

/** The instant of the facts here. */
const AT = '2026-11-29T12:00:00.000Z';

const HOUR = 3_600_000;

/** A time before {@link AT}. */
export function hoursAgo(hours: number): string {
  return new Date(Date.parse(AT) - hours * HOUR).toISOString();
}

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export const UNKNOWN = { known: false, because: 'it is denied' } as const;

export function backupOf(hours: number, items = 100): BackupFacts {
  return {
    file: 'backups/T.json',
    startedAt: hoursAgo(hours),
    endedAt: hoursAgo(hours),
    items,
    bytes: 5000,
    proofs: [{ how: 'table', at: hoursAgo(hours), table: 'T' }],
  };
}

/** An archive whose newest second is so many hours ago. */
export function archiveOf(hours: number, changes: Partial<ArchiveFacts> = {}): ArchiveFacts {
  const latest = hoursAgo(hours);
  const restorable = [{ from: hoursAgo(hours + 1_000), to: latest }];
  return { restorable, points: [], latest, gaps: [], damage: null, ...changes };
}

/** A table that the strictest policy has nothing to say about. */
export function safeTable(name: string, changes: Partial<TableFacts> = {}): TableFacts {
  return {
    table: `prod-${name}`,
    name,
    exists: true,
    createdAt: hoursAgo(10_000),
    items: 100,
    bytes: 10_000,
    pointInTime: known({ enabled: true, earliest: hoursAgo(840), latest: hoursAgo(0.1), days: 35 }),
    deletionProtection: known(true),
    encryption: known({ type: 'KMS', key: 'arn:aws:kms:us-east-1:123456789012:key/1', status: 'ENABLED' }),
    stream: known({ viewType: 'NEW_AND_OLD_IMAGES' }),
    onDemand: known({ arn: 'arn', name: 'nightly', createdAt: hoursAgo(2), status: 'AVAILABLE', type: 'USER' }),
    backup: known(backupOf(2)),
    provedBackup: known(backupOf(2)),
    otherTableBackups: [],
    backupProblems: [],
    export: known({ arn: 'arn', at: hoursAgo(2), status: 'COMPLETED', to: 's3://bucket/AWSDynamoDB/1' }),
    archive: known(archiveOf(0.1)),
    restorable: [],
    ...changes,
  };
}

export function rehearsalOf(hours: number, changes: Partial<RehearsalSummary> = {}): RehearsalSummary {
  const file = 'backups/prod.20261101T000000Z.rehearsal.json';
  return {
    at: hoursAgo(hours),
    from: 'backup',
    tables: 11,
    proved: 11,
    seconds: 60,
    outcome: 'proved',
    file,
    ...changes,
  };
}

/** A deployment of twelve tables that the strictest policy has nothing to say about, but for one table's changes. */
export function safeDeployment(
  changes: Partial<ProtectionFacts> = {},
  ofGranules: Partial<TableFacts> = {},
): ProtectionFacts {
  const names = [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE].map(({ name }) => name);
  return {
    at: AT,
    prefix: 'prod',
    region: 'us-east-1',
    backups: 'backups',
    backupsUnreadable: null,
    archive: 's3://archive/prod',
    archiveUnreadable: null,
    tables: names.map((name) => safeTable(name, name === 'GranulesTable' ? ofGranules : {})),
    rehearsal: rehearsalOf(24),
    ...changes,
  };
}
