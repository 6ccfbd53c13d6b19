import {
  DEFAULT_POLICY,
  judgeProtection,
  type ProtectionFacts,
  parsePolicy,
  type TableFacts,
} from '@cumulus/dynamodb/protection';
import { describe, expect, test } from '@jest/globals';
import { withFixes } from '../../src/output/protection-fixes.ts';

const AT = '2026-11-29T12:00:00.000Z';
const UNKNOWN = { known: false, because: 'not asked' } as const;

function backup(file: string, proved = false) {
  const proofs = proved ? [{ how: 'file', at: AT, table: null } as const] : [];
  return { known: true, value: { file, startedAt: AT, endedAt: AT, items: 1, bytes: 1, proofs } } as const;
}

const TABLE: TableFacts = {
  table: 'prod-GranulesTable',
  name: 'GranulesTable',
  exists: true,
  createdAt: null,
  items: 1,
  bytes: 1,
  pointInTime: { known: true, value: { enabled: true, earliest: AT, latest: AT, days: 35 } },
  deletionProtection: { known: true, value: true },
  encryption: { known: true, value: { type: 'AWS_OWNED', key: null, status: null } },
  stream: { known: true, value: { viewType: 'NEW_AND_OLD_IMAGES' } },
  onDemand: UNKNOWN,
  backup: backup('backups/prod-GranulesTable.json', true),
  provedBackup: backup('backups/prod-GranulesTable.json', true),
  otherTableBackups: [],
  backupProblems: [],
  export: UNKNOWN,
  archive: UNKNOWN,
  restorable: [],
};

const NONE = { known: true, value: null } as const;

function fixesOf(
  table: Partial<TableFacts>,
  facts: Partial<ProtectionFacts> = {},
  typed: Parameters<typeof withFixes>[1] = {},
  policy = DEFAULT_POLICY,
): readonly (string | undefined)[] {
  const judged = judgeProtection(
    {
      ...{ at: AT, prefix: 'prod', region: 'us-west-2', backups: 'backups', backupsUnreadable: null, rehearsal: null },
      ...{ archive: null, archiveUnreadable: null },
      tables: [
        { ...TABLE, ...table },
        { ...TABLE, table: 'prod-RulesTable', name: 'RulesTable' },
      ],
      ...facts,
    },
    policy,
  );
  return withFixes(judged, typed).tables[0]?.findings.map(({ fix }) => fix) ?? [];
}

const OFF = { known: true, value: { enabled: false, earliest: null, latest: null, days: null } } as const;

describe('withFixes', () => {
  test('gives the options of the command line again, and AWS’s command the region', () => {
    const typed = { region: 'us-west-2', profile: 'ops', 'endpoint-url': 'http://127.0.0.1:8000' };
    expect(fixesOf({ pointInTime: OFF, deletionProtection: { known: true, value: false } }, {}, typed)).toEqual([
      'cumulus-api pitr enable --table prod-GranulesTable --region us-west-2 --profile ops --endpoint-url http://127.0.0.1:8000',
      'aws dynamodb update-table --table-name prod-GranulesTable --deletion-protection-enabled --region us-west-2 --profile ops --endpoint-url http://127.0.0.1:8000',
    ]);
    expect(fixesOf({ pointInTime: OFF })).toEqual(['cumulus-api pitr enable --table prod-GranulesTable']);
  });

  test('backs up to where the backups are, in the form of the newest', () => {
    const old = '2026-11-01T00:00:00.000Z';
    const dated = backup('s3://b/prod/prod-GranulesTable.20261101T000000Z.json.gz', true);
    const value = { ...dated.value, startedAt: old };
    expect(
      fixesOf({ backup: { known: true, value }, provedBackup: { known: true, value } }, { backups: 's3://b/prod' }),
    ).toEqual(Array(2).fill('cumulus-api backup --table prod-GranulesTable --to s3://b/prod --gzip --dated --verify'));
    expect(fixesOf({ backup: NONE, provedBackup: NONE })[0]).toBe(
      'cumulus-api backup --table prod-GranulesTable --directory backups --verify',
    );
  });

  test('a backup that is new enough needs a proof only', () => {
    const file = 'backups/prod-GranulesTable.json';
    expect(fixesOf({ backup: backup(file), provedBackup: NONE })).toEqual([`cumulus-api verify ${file}`]);
  });

  test('a backup of a time that has not come is repeated where the new one takes its place, and only there', () => {
    const startedAt = '2026-11-30T12:00:00.000Z';
    const future = (file: string) => ({ known: true, value: { ...backup(file, true).value, startedAt } }) as const;
    const one = future('backups/prod-GranulesTable.json');
    const again = 'cumulus-api backup --table prod-GranulesTable --directory backups --verify';
    expect(fixesOf({ backup: one, provedBackup: one })).toEqual([again, again]);
    const dated = future('backups/prod-GranulesTable.20261130T120000Z.json.gz');
    expect(fixesOf({ backup: dated, provedBackup: dated })).toEqual([undefined, undefined]);
    const kept = future('backups/prod-GranulesTable.20261130T120000.123Z.json');
    expect(fixesOf({ backup: kept, provedBackup: kept })).toEqual([undefined, undefined]);
  });

  test('an archive that lacks a table, or lags, is followed; a damaged one is verified', () => {
    const facts = { archive: 's3://a/prod' };
    const times = { restorable: [], points: [], latest: '2026-11-01T00:00:00.000Z', gaps: [], damage: null };
    const follow = 'cumulus-api archive follow --table prod-GranulesTable --to s3://a/prod';
    for (const value of [null, times, { ...times, latest: null }]) {
      expect(fixesOf({ archive: { known: true, value } }, facts)).toEqual([follow]);
    }
    const damaged = { ...times, latest: null, damage: 'a.gz: it is empty.' };
    expect(fixesOf({ archive: { known: true, value: damaged } }, facts)).toEqual([
      'cumulus-api archive verify --archive s3://a/prod --table prod-GranulesTable',
    ]);
  });

  test('asks DynamoDB for whole days of point-in-time recovery', () => {
    const one = { known: true, value: { enabled: true, earliest: AT, latest: AT, days: 7 } } as const;
    const policy = parsePolicy('{ "tables": { "*": { "pointInTime": { "minDays": 9.5 } } } }', 'policy.json');
    expect(fixesOf({ pointInTime: one }, {}, {}, policy)[0]).toContain('RecoveryPeriodInDays=10 ');
  });

  test('a shell takes each name as one word, whatever is in it', () => {
    expect(fixesOf({ backup: NONE }, { backups: "my backups; $(rm -rf ~) 'x'" })[0]).toBe(
      `cumulus-api backup --table prod-GranulesTable --directory 'my backups; $(rm -rf ~) '\\''x'\\''' --verify`,
    );
  });

  test('a missing table comes back from the best that there is', () => {
    const arn = 'arn:aws:dynamodb:us-west-2:123456789012:table/prod-GranulesTable/backup/1';
    const onDemand = {
      known: true,
      value: { arn, name: 'n', createdAt: AT, status: 'AVAILABLE', type: 'SYSTEM' },
    } as const;
    expect(fixesOf({ exists: false, onDemand })).toEqual([
      `cumulus-api on-demand restore --backup ${arn} --to prod-GranulesTable`,
    ]);
    const old = { known: true, value: { ...onDemand.value, createdAt: '2026-10-29T12:00:00.000Z' } } as const;
    expect(fixesOf({ exists: false, onDemand: old })).toEqual(fixesOf({ exists: false }));
    expect(fixesOf({ exists: false })).toEqual([
      'cumulus-api restore backups/prod-GranulesTable.json --table prod-GranulesTable --create-table',
    ]);
    expect(fixesOf({ exists: false, backup: NONE, provedBackup: NONE, onDemand: NONE })).toEqual([
      'cumulus-api tables create --prefix prod',
    ]);
  });

  test('what no command mends has none', () => {
    expect(fixesOf({ pointInTime: UNKNOWN })).toEqual([undefined]);
  });
});
