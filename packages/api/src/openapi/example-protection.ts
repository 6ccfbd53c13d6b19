import { DEFAULT_POLICY, type ProtectionReport } from '@cumulus/dynamodb/protection';

const FILE = 's3://cumulus-backups/prod/prod-GranulesTable.20200101T020000Z.json.gz';

/** A deployment of which one table is shown. */
export const EXAMPLE_PROTECTION: ProtectionReport = {
  ...{ format: 'cumulus-protection', formatVersion: 1, at: '2020-01-01T05:32:05.000Z', prefix: 'prod' },
  ...{ region: 'us-east-1', backups: 's3://cumulus-backups/prod', archive: null, verdict: 'unprotected', findings: [] },
  policy: { ...DEFAULT_POLICY, tables: { '*': DEFAULT_POLICY.tables['*'] } },
  tables: [
    {
      ...{ table: 'prod-GranulesTable', name: 'GranulesTable', exists: true, verdict: 'unprotected' },
      createdAt: '2018-03-01T09:00:00.000Z',
      findings: [
        {
          ...{ code: 'PROOF_MISSING', level: 'failure', message: 'No backup file of this table is proved.' },
          fix: `cumulus-api verify ${FILE} --region us-east-1`,
        },
      ],
      ...{ items: 200, bytes: 120_000 },
      pointInTime: {
        known: true,
        value: { enabled: true, earliest: '2019-11-27T05:32:05.000Z', latest: '2020-01-01T05:27:05.000Z', days: 35 },
      },
      deletionProtection: { known: true, value: true },
      encryption: { known: true, value: { type: 'AWS_OWNED', key: null, status: null } },
      stream: { known: true, value: { viewType: 'NEW_AND_OLD_IMAGES' } },
      onDemand: { known: false, because: 'dynamodb:ListBackups is denied' },
      backup: {
        known: true,
        value: {
          ...{ file: FILE, startedAt: '2020-01-01T02:00:00.000Z', endedAt: '2020-01-01T02:00:04.000Z' },
          ...{ items: 200, bytes: 21_000, proofs: [] },
        },
      },
      provedBackup: { known: true, value: null },
      ...{ otherTableBackups: [], backupProblems: [] },
      export: { known: true, value: null },
      archive: { known: false, because: 'not asked: no archive was named' },
      restorable: [
        { by: 'backup', from: '2020-01-01T02:00:00.000Z', to: '2020-01-01T02:00:00.000Z', proved: false },
        { by: 'point-in-time', from: '2019-11-27T05:32:05.000Z', to: '2020-01-01T05:27:05.000Z', proved: null },
      ],
    },
  ],
  rehearsal: null,
};
