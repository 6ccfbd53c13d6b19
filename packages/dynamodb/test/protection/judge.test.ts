import { sizeOf } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeProtection } from '../../src/protection/judge.ts';
import { parsePolicy } from '../../src/protection/parse-policy.ts';
import { DEFAULT_POLICY, type Level, type ProtectionPolicy } from '../../src/protection/policy.ts';
import type { Finding, ProtectionFacts, TableFacts, Verdict } from '../../src/protection/report.ts';
import { archiveOf, backupOf, hoursAgo, known, rehearsalOf, safeDeployment, safeTable, UNKNOWN } from './facts.ts';

/** All that can be asked for. */
const EVERYTHING = parsePolicy(
  JSON.stringify({
    deployment: { rehearsal: 'require' },
    tables: {
      '*': {
        exists: 'require',
        pointInTime: 'require',
        deletionProtection: 'require',
        encryption: { level: 'require', type: 'KMS' },
        stream: 'require',
        backup: 'require',
        proof: 'require',
        backupSize: 'require',
        onDemand: 'require',
        export: 'require',
        archive: 'require',
      },
    },
  }),
  'everything.json',
);

function findingsWith(ofGranules: Partial<TableFacts>, policy: ProtectionPolicy = EVERYTHING): readonly Finding[] {
  const { tables } = judgeProtection(safeDeployment({}, ofGranules), policy);
  return tables.find(({ name }) => name === 'GranulesTable')?.findings ?? [];
}

function codesWith(changes: Partial<ProtectionFacts>): readonly string[] {
  return judgeProtection(safeDeployment(changes), EVERYTHING).findings.map(({ code }) => code);
}

const pointInTime = (changes: object): Partial<TableFacts> => ({
  pointInTime: known({ enabled: true, earliest: hoursAgo(840), latest: hoursAgo(0.1), days: 35, ...changes }),
});

describe('judgeProtection', () => {
  test('a deployment in which all holds is protected, by the default policy and by one that asks for everything', () => {
    for (const policy of [DEFAULT_POLICY, EVERYTHING]) {
      const { verdict, findings, tables } = judgeProtection(safeDeployment(), policy);
      expect([verdict, findings, tables.flatMap((table) => table.findings)]).toEqual(['protected', [], []]);
    }
  });

  test.each<[string, Partial<TableFacts>]>([
    ['TABLE_MISSING', { exists: false }],
    ['PITR_OFF', pointInTime({ enabled: false, earliest: null, latest: null, days: null })],
    ['PITR_WINDOW_SHORT', pointInTime({ days: 34 })],
    ['PITR_WINDOW_UNKNOWN', pointInTime({ days: null })],
    ['PITR_NO_TIME_YET', pointInTime({ earliest: null, latest: null })],
    ['PITR_WINDOW_GROWING', pointInTime({ earliest: hoursAgo(240) })],
    ['PITR_LAGS', pointInTime({ latest: hoursAgo(0.6) })],
    ['PITR_UNKNOWN', { pointInTime: UNKNOWN }],
    ['DELETION_PROTECTION_OFF', { deletionProtection: known(false) }],
    ['DELETION_PROTECTION_UNKNOWN', { deletionProtection: UNKNOWN }],
    ['ENCRYPTION_KEY_OF_AWS', { encryption: known({ type: 'AWS_OWNED', key: null, status: null }) }],
    ['ENCRYPTION_KEY_UNUSABLE', { encryption: known({ type: 'KMS', key: 'arn', status: 'INACCESSIBLE' }) }],
    ['ENCRYPTION_UNKNOWN', { encryption: UNKNOWN }],
    ['STREAM_OFF', { stream: known(null) }],
    ['STREAM_OTHER_VIEW', { stream: known({ viewType: 'KEYS_ONLY' }) }],
    ['STREAM_UNKNOWN', { stream: UNKNOWN }],
    ['BACKUP_MISSING', { backup: known(null) }],
    ['BACKUP_OLD', { backup: known(backupOf(26.1)) }],
    ['BACKUP_IN_FUTURE', { backup: known(backupOf(-24)) }],
    ['BACKUP_UNKNOWN', { backup: UNKNOWN }],
    ['PROOF_MISSING', { provedBackup: known(null) }],
    ['PROOF_OLD', { provedBackup: known(backupOf(169)) }],
    ['PROOF_IN_FUTURE', { provedBackup: known(backupOf(-24)) }],
    ['PROOF_UNKNOWN', { provedBackup: UNKNOWN }],
    ['BACKUP_TOO_SMALL', { backup: known(backupOf(2, 49)) }],
    ['BACKUP_OF_OTHER_TABLE', { otherTableBackups: [{ file: 'backups/T.json', startedAt: hoursAgo(1) }] }],
    ['BACKUP_UNREADABLE', { backupProblems: [{ file: 'backups/T.json', problem: 'It has no manifest.' }] }],
    ['ON_DEMAND_MISSING', { onDemand: known(null) }],
    ['ON_DEMAND_UNKNOWN', { onDemand: UNKNOWN }],
    ['EXPORT_MISSING', { export: known(null) }],
    ['EXPORT_UNKNOWN', { export: UNKNOWN }],
    ['ARCHIVE_MISSING', { archive: known(null) }],
    ['ARCHIVE_NO_TIME_YET', { archive: known(archiveOf(0, { restorable: [], latest: null })) }],
    ['ARCHIVE_LAGS', { archive: known(archiveOf(0.26)) }],
    ['ARCHIVE_GAP', { archive: known(archiveOf(0.1, { gaps: [{ from: hoursAgo(200), until: hoursAgo(167) }] })) }],
    ['ARCHIVE_DAMAGED', { archive: known(archiveOf(0, { latest: null, damage: 'T.changes.gz: it is empty.' })) }],
    ['ARCHIVE_UNKNOWN', { archive: UNKNOWN }],
  ])('%s is found by itself', (code, changes) => {
    expect(findingsWith(changes).map((finding) => finding.code)).toEqual([code]);
  });

  test.each<[string, Partial<ProtectionFacts>]>([
    ['DEPLOYMENT_MISSING', { tables: [safeTable('GranulesTable', { exists: false })] }],
    ['BACKUPS_NOT_NAMED', { backups: null }],
    ['BACKUPS_UNREADABLE', { backupsUnreadable: 's3:ListBucket is denied' }],
    ['ARCHIVE_NOT_NAMED', { archive: null }],
    ['ARCHIVE_UNREADABLE', { archiveUnreadable: 's3:ListBucket is denied' }],
    ['REHEARSAL_MISSING', { rehearsal: null }],
    ['REHEARSAL_OLD', { rehearsal: rehearsalOf(841) }],
    ['REHEARSAL_IN_FUTURE', { rehearsal: rehearsalOf(-1.1) }],
    ['REHEARSAL_PARTIAL', { rehearsal: rehearsalOf(1, { tables: 1, proved: 1 }) }],
    ['REHEARSAL_FAILED', { rehearsal: rehearsalOf(1, { outcome: 'failed', proved: 10 }) }],
  ])('%s is found of the deployment', (code, changes) => {
    expect(codesWith(changes)).toEqual([code]);
  });

  test('without a folder of backups it is not known whether a recovery was rehearsed', () => {
    expect(codesWith({ backups: null, rehearsal: null })).toEqual(['BACKUPS_NOT_NAMED', 'REHEARSAL_UNKNOWN']);
  });

  test('a gap that ended long ago is none, and a table without a stream needs no archive', () => {
    const gaps = [{ from: hoursAgo(300), until: hoursAgo(169) }];
    expect(findingsWith({ archive: known(archiveOf(0.1, { gaps })) })).toEqual([]);
    const { tables } = judgeProtection(
      safeDeployment({ tables: [safeTable('SemaphoresTable', { archive: known(null) })] }),
      EVERYTHING,
    );
    expect(tables[0]?.findings).toEqual([]);
  });

  test('by default an archive that lags is a warning, and whoever names none does without', () => {
    const lagging = { archive: known(archiveOf(1)) };
    expect(findingsWith(lagging, DEFAULT_POLICY)).toEqual([
      {
        code: 'ARCHIVE_LAGS',
        level: 'warning',
        message: 'The archive lags 60 minutes behind; 15 minutes are allowed.',
      },
    ]);
    const without = safeDeployment({ archive: null }, { archive: { known: false, because: 'not asked' } });
    expect(judgeProtection(without, DEFAULT_POLICY)).toMatchObject({ verdict: 'protected', findings: [] });
  });

  test('a table of which nothing is known is not taken for one that is missing', () => {
    expect(findingsWith({ exists: null }).map(({ code }) => code)).toEqual(['TABLE_UNKNOWN']);
  });

  test('what is unknown is named with the reason', () => {
    const because = 'dynamodb:DescribeContinuousBackups is denied';
    expect(findingsWith({ pointInTime: { known: false, because } })[0]?.message).toBe(
      'It is not known whether point-in-time recovery is on: dynamodb:DescribeContinuousBackups is denied.',
    );
  });

  test('the age and the limit of what is too old are named', () => {
    expect(findingsWith({ backup: known(backupOf(50)) })[0]?.message).toBe(
      'The newest backup file, backups/T.json, is 2.1 days old; 26 hours are allowed.',
    );
  });

  test('a policy that asks for the size alone finds that it is not known', () => {
    const checks = { backup: 'off', proof: 'off', backupSize: 'require' };
    const policy = parsePolicy(JSON.stringify({ tables: { '*': checks } }), 'policy.json');
    for (const backup of [known(null), UNKNOWN]) {
      expect(findingsWith({ backup }, policy).map(({ code }) => code)).toEqual(['BACKUP_SIZE_UNKNOWN']);
    }
  });

  test('the level decides between a failure, a warning and nothing', () => {
    const verdictAt = (level: Level): Verdict => {
      const policy = parsePolicy(JSON.stringify({ tables: { '*': { deletionProtection: level } } }), 'policy.json');
      return judgeProtection(safeDeployment({}, { deletionProtection: known(false) }), policy).verdict;
    };
    expect((['require', 'warn', 'off'] as const).map(verdictAt)).toEqual(['unprotected', 'warning', 'protected']);
  });

  test('the default policy asks for no backups of tables whose items nobody needs back, and for one that is protected asks all', () => {
    const bare = {
      pointInTime: known({ enabled: false, earliest: null, latest: null, days: null }),
      backup: known(null),
      provedBackup: known(null),
    };
    const verdictOf = (name: string): Verdict => {
      const facts = { ...safeDeployment(), tables: [safeTable(name, bare)] };
      return judgeProtection(facts, DEFAULT_POLICY).verdict;
    };
    for (const name of ['AccessTokensTable', 'RecordCountsTable', 'SemaphoresTable']) {
      expect(verdictOf(name)).toBe('protected');
    }
    for (const name of ['AsyncOperationsTable', 'GranulesTable', 'UsersTable']) {
      expect(verdictOf(name)).toBe('unprotected');
    }
  });
});

const UNKNOWN_ABLE = { known: false, because: 'it is denied' } as const;

/** Each fact from the best to the worst, each step worse in every respect or not known at all. */
const LADDERS: { readonly [Fact in keyof TableFacts]?: readonly TableFacts[Fact][] } = {
  pointInTime: [
    ...[
      { latest: hoursAgo(0.1), days: 35 },
      { latest: hoursAgo(1), days: 35 },
      { latest: hoursAgo(2), days: 7 },
      { latest: null, days: 7 },
    ].map((window) => known({ enabled: true, earliest: window.latest, ...window })),
    known({ enabled: false, earliest: null, latest: null, days: null }),
    UNKNOWN_ABLE,
  ],
  deletionProtection: [known(true), known(false), UNKNOWN_ABLE],
  encryption: [
    known({ type: 'KMS', key: 'arn', status: 'ENABLED' }),
    known({ type: 'AWS_OWNED', key: null, status: null }),
    known({ type: 'KMS', key: 'arn', status: 'INACCESSIBLE' }),
    UNKNOWN_ABLE,
  ],
  stream: [known({ viewType: 'NEW_AND_OLD_IMAGES' }), known({ viewType: 'KEYS_ONLY' }), known(null), UNKNOWN_ABLE],
  backup: [
    ...[backupOf(1), backupOf(20, 60), backupOf(30, 60), backupOf(200, 10), null].map(known),
    UNKNOWN_ABLE,
  ] as TableFacts['backup'][],
  provedBackup: [...[backupOf(1), backupOf(100), backupOf(200), backupOf(3000), null].map(known), UNKNOWN_ABLE],
  otherTableBackups: [[], [{ file: 'T.json', startedAt: hoursAgo(1) }]],
  backupProblems: [[], [{ file: 'T.json', problem: 'It has no manifest.' }]],
  onDemand: [
    ...[1, 500, 2000].map((hours) =>
      known({ arn: 'arn', name: 'nightly', createdAt: hoursAgo(hours), status: 'AVAILABLE', type: 'USER' }),
    ),
    known(null),
    UNKNOWN_ABLE,
  ],
  export: [
    ...[1, 500, 2000].map((hours) => known({ arn: 'arn', at: hoursAgo(hours), status: 'COMPLETED', to: 's3://b/k' })),
    known(null),
    UNKNOWN_ABLE,
  ],
  archive: [
    known(archiveOf(0.05)),
    known(archiveOf(0.05, { gaps: [{ from: hoursAgo(20), until: hoursAgo(10) }] })),
    known(archiveOf(5, { gaps: [{ from: hoursAgo(20), until: hoursAgo(10) }] })),
    known(null),
    UNKNOWN_ABLE,
  ],
};

const FACTS = Object.keys(LADDERS) as (keyof typeof LADDERS)[];
const FROM_BEST: readonly Verdict[] = ['protected', 'warning', 'unprotected'];

const level = fc.constantFrom<Level>('require', 'warn', 'off');
const anyPolicy = fc
  .record({
    pointInTime: fc.record({ level, minDays: fc.integer({ min: 1, max: 35 }), maxLagMinutes: fc.constantFrom(5, 90) }),
    deletionProtection: level,
    encryption: fc.record({ level, type: fc.constantFrom('any', 'KMS') }),
    stream: level,
    backup: fc.record({ level, maxAgeHours: fc.constantFrom(2, 24, 100) }),
    proof: fc.record({ level, maxAgeDays: fc.constantFrom(1, 7, 100) }),
    backupSize: fc.record({ level, minPercent: fc.integer({ min: 0, max: 100 }) }),
    onDemand: fc.record({ level, maxAgeDays: fc.constantFrom(1, 35) }),
    export: fc.record({ level, maxAgeDays: fc.constantFrom(1, 35) }),
    archive: fc.record({ level, maxLagMinutes: fc.constantFrom(5, 90), minDaysWithoutGap: fc.constantFrom(0, 7) }),
  })
  .map((checks) => parsePolicy(JSON.stringify({ tables: { '*': checks } }), 'policy.json'));

const rungs = fc.record(
  Object.fromEntries(FACTS.map((fact) => [fact, fc.nat({ max: (LADDERS[fact]?.length ?? 1) - 1 })])),
) as fc.Arbitrary<Readonly<Record<(typeof FACTS)[number], number>>>;

function tableAt(at: Readonly<Record<string, number>>): TableFacts {
  return safeTable('GranulesTable', Object.fromEntries(FACTS.map((fact) => [fact, LADDERS[fact]?.[at[fact] ?? 0]])));
}

describe('by random facts and policies', () => {
  const numRuns = sizeOf({ usual: 2000, whole: 50_000 });

  test('a fact that becomes worse, or is not known any more, never makes a verdict better', () => {
    fc.assert(
      fc.property(rungs, fc.constantFrom(...FACTS), fc.nat({ max: 5 }), anyPolicy, (at, fact, steps, policy) => {
        const worse = { ...at, [fact]: Math.min((LADDERS[fact]?.length ?? 1) - 1, at[fact] + steps) };
        const [before, after] = [at, worse].map((of) => {
          const facts = { ...safeDeployment(), tables: [tableAt(of)] };
          return FROM_BEST.indexOf(judgeProtection(facts, policy).verdict);
        });
        expect(after).toBeGreaterThanOrEqual(before ?? 0);
      }),
      { numRuns },
    );
  });

  test('the deployment is as badly protected as its worst part', () => {
    fc.assert(
      fc.property(fc.array(rungs, { minLength: 1, maxLength: 4 }), anyPolicy, (all, policy) => {
        const report = judgeProtection({ ...safeDeployment(), tables: all.map(tableAt) }, policy);
        const parts = [...report.tables.map(({ verdict }) => verdict), ...report.findings.map(verdictOf)];
        expect(FROM_BEST.indexOf(report.verdict)).toBe(Math.max(...parts.map((part) => FROM_BEST.indexOf(part))));
      }),
      { numRuns: numRuns / 10 },
    );
  });
});

function verdictOf(finding: Finding): Verdict {
  return finding.level === 'failure' ? 'unprotected' : 'warning';
}
