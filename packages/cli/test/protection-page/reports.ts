import {
  type ArchiveFacts,
  type BackupFacts,
  DEFAULT_POLICY,
  type Finding,
  type ProtectionReport,
  type RestorableInterval,
  type TableProtection,
} from '@cumulus/dynamodb/protection';

/** When the reports of the tests are as of. */
export const AT = '2026-11-29T20:32:00.000Z';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The time so many milliseconds before {@link AT}. */
export function before(age: number): string {
  return new Date(Date.parse(AT) - age).toISOString();
}

export function hours(several: number): string {
  return before(several * HOUR);
}

export function days(several: number): string {
  return before(several * DAY);
}

/** A backup file in the times that a table can go back to. */
export function backupAt(time: string, proved = false): RestorableInterval {
  return { by: 'backup', from: time, to: time, proved };
}

export function instant(by: 'on-demand' | 'export', time: string): RestorableInterval {
  return { by, from: time, to: time, proved: null };
}

export function window(from: string, to: string): RestorableInterval {
  return { by: 'point-in-time', from, to, proved: null };
}

export function archived(from: string, to: string): RestorableInterval {
  return { by: 'archive', from, to, proved: null };
}

function backupFile(table: string, time: string, proofs: BackupFacts['proofs'] = []): BackupFacts {
  const endedAt = new Date(Date.parse(time) + 90_000).toISOString();
  const stamp = `${time.slice(0, 19).replace(/[-:]/g, '')}Z`;
  return { file: `${table}.${stamp}.json.gz`, startedAt: time, endedAt, items: 20_412, bytes: 44_131_208, proofs };
}

const PROOFS: BackupFacts['proofs'] = [
  { how: 'table', at: days(1), table: 'prod-GranulesTable' },
  { how: 'file', at: hours(20), table: null },
];

/** An archive that began 60 days ago. */
const ARCHIVED: ArchiveFacts = {
  restorable: [{ from: days(60), to: before(60_000) }],
  ...{ points: [], latest: before(60_000), gaps: [], damage: null },
};

/** A table that has all of protection. */
export function protectedTable(name: string, changed: Partial<TableProtection> = {}): TableProtection {
  const table = `prod-${name}`;
  const nightly = [0, 1, 2, 3, 4, 5, 6].map((night) => backupAt(before(night * DAY + 6 * HOUR), night === 2));
  const provedBackup = backupFile(table, before(2 * DAY + 6 * HOUR), PROOFS);
  return {
    ...{
      table,
      name,
      exists: true,
      createdAt: days(900),
      verdict: 'protected',
      findings: [],
      items: 20_400,
      bytes: 61_002_340,
    },
    pointInTime: { known: true, value: { enabled: true, earliest: days(35), latest: before(5 * 60_000), days: 35 } },
    deletionProtection: { known: true, value: true },
    encryption: { known: true, value: { type: 'AWS_OWNED', key: null, status: null } },
    stream: { known: true, value: { viewType: 'NEW_AND_OLD_IMAGES' } },
    onDemand: {
      known: true,
      value: {
        ...{ arn: `arn:aws:dynamodb:us-east-1:012345678901:table/${table}/backup/01`, name: 'before-upgrade' },
        ...{ createdAt: days(90), status: 'AVAILABLE', type: 'USER' },
      },
    },
    backup: { known: true, value: backupFile(table, before(6 * HOUR)) },
    provedBackup: { known: true, value: provedBackup },
    otherTableBackups: [],
    backupProblems: [],
    export: {
      known: true,
      value: {
        arn: `arn:aws:dynamodb:us-east-1:012345678901:table/${table}/export/01`,
        ...{ at: days(10), status: 'COMPLETED', to: 's3://prod-exports/2026' },
      },
    },
    archive: { known: true, value: ARCHIVED },
    restorable: [
      instant('on-demand', days(90)),
      archived(days(60), before(60_000)),
      window(days(35), before(5 * 60_000)),
      instant('export', days(10)),
      ...nightly,
    ],
    ...changed,
  };
}

const DENIED = { known: false, because: 'dynamodb:DescribeContinuousBackups is denied' } as const;

/** A table that nothing protects. */
function bareTable(name: string): TableProtection {
  const findings: readonly Finding[] = [
    {
      ...{ code: 'PITR_OFF', level: 'failure', message: 'Point-in-time recovery is off.' },
      fix: `cumulus-api pitr enable --table prod-${name}`,
    },
    {
      ...{ code: 'BACKUP_NONE', level: 'failure', message: 'There is no backup file of the table.' },
      fix: `cumulus-api backup --table prod-${name} --directory s3://prod-backups/tables --dated`,
    },
    { code: 'STREAM_OFF', level: 'warning', message: 'The stream is off.' },
  ];
  return protectedTable(name, {
    ...{ verdict: 'unprotected', findings, restorable: [] },
    pointInTime: { known: true, value: { enabled: false, earliest: null, latest: null, days: null } },
    deletionProtection: { known: true, value: false },
    stream: { known: true, value: null },
    ...{ onDemand: NONE, backup: NONE, provedBackup: NONE, export: NONE, archive: NONE },
  });
}

const NONE = { known: true, value: null } as const;

/** A deployment with every kind of fact: known, unknown, absent, and a table that is missing. */
export function everyKindOfFact(): ProtectionReport {
  return report([
    protectedTable('AccessTokensTable', {
      ...{ verdict: 'warning', restorable: [window(hours(30), before(5 * 60_000))], backup: NONE, provedBackup: NONE },
      ...{ onDemand: NONE, export: NONE, archive: NONE },
      pointInTime: { known: true, value: { enabled: true, earliest: hours(30), latest: before(5 * 60_000), days: 2 } },
      encryption: {
        known: true,
        value: { type: 'KMS', key: 'arn:aws:kms:us-east-1:012345678901:key/0a1b', status: 'ENABLED' },
      },
      findings: [
        {
          ...{ code: 'WINDOW_SHORT', level: 'warning', message: 'The window is 2 days long, not 35.' },
          fix: 'cumulus-api pitr enable --table prod-AccessTokensTable --days 35',
        },
      ],
    }),
    bareTable('AsyncOperationsTable'),
    protectedTable('CollectionsTable', {
      ...{
        verdict: 'unprotected',
        pointInTime: DENIED,
        export: DENIED,
        archive: DENIED,
        deletionProtection: DENIED,
        onDemand: DENIED,
      },
      restorable: [backupAt(hours(6)), backupAt(days(400), true)],
      findings: [{ code: 'PITR_UNKNOWN', level: 'failure', message: 'Point-in-time recovery is not known: denied.' }],
    }),
    protectedTable('ExecutionsTable', {
      ...{ verdict: 'unprotected', exists: false, items: null, bytes: null, restorable: [backupAt(days(3))] },
      pointInTime: { known: false, because: 'the table does not exist' },
      findings: [{ code: 'TABLE_MISSING', level: 'failure', message: 'The table does not exist.' }],
    }),
    protectedTable('GranulesTable'),
    protectedTable('PdrsTable', { exists: null }),
  ]);
}

export function report(tables: readonly TableProtection[], changed: Partial<ProtectionReport> = {}): ProtectionReport {
  return {
    ...{ format: 'cumulus-protection', formatVersion: 1, at: AT, prefix: 'prod', region: 'us-east-1' },
    ...{
      backups: 's3://prod-backups/tables',
      archive: 's3://prod-archive/tables',
      policy: DEFAULT_POLICY,
      verdict: 'unprotected',
    },
    findings: [
      {
        ...{ code: 'REHEARSAL_OLD', level: 'warning', message: 'The newest rehearsal ended 40 days ago, not 35.' },
        fix: 'cumulus-api rehearse --prefix prod --directory s3://prod-backups/tables',
      },
    ],
    tables,
    rehearsal: {
      ...{ at: days(40), from: 'backup', tables: 12, proved: 12, seconds: 512, outcome: 'proved' },
      file: 'prod.20261020T203200Z.rehearsal.json',
    },
    ...changed,
  };
}

/** A deployment that has all of protection. */
export function wellProtected(): ProtectionReport {
  const names = ['AccessTokensTable', 'CollectionsTable', 'GranulesTable', 'RulesTable'];
  return report(
    names.map((name) => protectedTable(name)),
    { verdict: 'protected', findings: [] },
  );
}
