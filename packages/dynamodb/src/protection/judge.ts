import { RECORD_COUNTS_TABLE } from '../tables/definitions.ts';
import { ageAt, ageInWords, DAY, HOUR, isAhead } from './age.ts';
import type { Level, ProtectionPolicy, TablePolicy } from './policy.ts';
import { policyOf } from './policy.ts';
import {
  type Finding,
  type ProtectionFacts,
  type ProtectionReport,
  REPORT_FORMAT,
  REPORT_VERSION,
  type TableFacts,
  type TableProtection,
  type Verdict,
} from './report.ts';
import { type Problem, SIZE_UNKNOWN, TABLE_CHECKS, WHY_SIZE_UNKNOWN } from './table-checks.ts';

/**
 * Judges the facts of a deployment by a policy. It asks nothing and changes nothing: the same facts and policy always have the
 * same report.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { DEFAULT_POLICY, gatherProtection, judgeProtection } from '@cumulus/dynamodb/protection';
 *
 * const facts = await gatherProtection({ client: createClient(), prefix: 'prod' });
 * const { verdict, tables } = judgeProtection(facts, DEFAULT_POLICY);
 * ```
 */
export function judgeProtection(facts: ProtectionFacts, policy: ProtectionPolicy): ProtectionReport {
  const { at, prefix, region, backups, archive, rehearsal } = facts;
  const tables = facts.tables.map((table) => judgeTable(table, policyFor(table.name, facts, policy), at));
  const findings = findingsOfDeployment(facts, policy);
  const verdict = worst([verdictOf(findings), ...tables.map((table) => table.verdict)]);
  return {
    format: REPORT_FORMAT,
    formatVersion: REPORT_VERSION,
    at,
    prefix,
    region,
    backups,
    archive,
    policy,
    verdict,
    findings,
    tables,
    rehearsal,
  };
}

/** Whoever names no archive, and requires none, does without one. */
function policyFor(name: string, { archive }: ProtectionFacts, policy: ProtectionPolicy): TablePolicy {
  const ofTable = policyOf(policy, name);
  if (archive !== null || ofTable.archive.level !== 'warn') return ofTable;
  return { ...ofTable, archive: { ...ofTable.archive, level: 'off' } };
}

function judgeTable(table: TableFacts, policy: TablePolicy, at: string): TableProtection {
  const findings = withoutConsequences([
    ...findingsOfExistence(table, policy),
    ...(table.exists === false ? [] : checked(table, policy, at)),
  ]);
  return { ...table, verdict: verdictOf(findings), findings };
}

/** Leaves out that a size is not known where what it follows from is found, and is no less severe. */
function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  const reasons = findings.filter(({ code }) => WHY_SIZE_UNKNOWN.includes(code));
  return findings.filter(
    ({ code, level }) =>
      code !== SIZE_UNKNOWN || !reasons.some((reason) => reason.level === 'failure' || level === 'warning'),
  );
}

function findingsOfExistence({ exists, table }: TableFacts, { exists: { level } }: TablePolicy): readonly Finding[] {
  if (exists === true) return [];
  return findingsAt(level, [
    exists === false
      ? { code: 'TABLE_MISSING', message: `There is no table ${table}.` }
      : { code: 'TABLE_UNKNOWN', message: `It is not known whether there is a table ${table}.` },
  ]);
}

function checked(table: TableFacts, policy: TablePolicy, at: string): readonly Finding[] {
  const names = Object.keys(TABLE_CHECKS) as (keyof typeof TABLE_CHECKS)[];
  return [
    ...names.flatMap((name) => findingsOfCheck(name, table, policy, at)),
    ...findingsOfHistory(table, policy, at),
    ...findingsOfFiles(table, policy),
  ];
}

function findingsOfCheck<Name extends keyof typeof TABLE_CHECKS>(
  name: Name,
  table: TableFacts,
  policy: TablePolicy,
  at: string,
): readonly Finding[] {
  const { level } = policy[name];
  return level === 'off' ? [] : findingsAt(level, TABLE_CHECKS[name](table, policy[name], at));
}

/** How far point-in-time recovery may begin after the table, in milliseconds: it is turned on after the table is created. */
const MAX_BEGIN = HOUR;

/**
 * Point-in-time recovery that was turned on long after the table was created, or off and on, does not reach back as far as it is
 * configured to. Only time mends that, so it is a warning.
 */
function findingsOfHistory(
  { pointInTime, createdAt }: TableFacts,
  { pointInTime: check }: TablePolicy,
  at: string,
): readonly Finding[] {
  const earliest = pointInTime.known ? pointInTime.value.earliest : null;
  if (check.level === 'off' || earliest === null || createdAt === null) return [];
  const reach = ageAt(at, earliest);
  if (reach >= (check.minDays - 1) * DAY || ageAt(earliest, createdAt) <= MAX_BEGIN) return [];
  const message = `Point-in-time recovery reaches back ${ageInWords(reach)} so far; it should be ${check.minDays} days at least.`;
  return findingsAt('warn', [{ code: 'PITR_WINDOW_GROWING', message }]);
}

/** What is wrong with files, where files are wanted: a warning, as what has to be there is checked by itself. */
function findingsOfFiles(
  { table, otherTableBackups: [other], backupProblems }: TableFacts,
  { backup, proof }: TablePolicy,
): readonly Finding[] {
  if (backup.level === 'off' && proof.level === 'off') return [];
  const problems: Problem[] = backupProblems.map(({ file, problem }) => ({
    code: 'BACKUP_UNREADABLE',
    message: `The backup file ${file} does not count: ${problem}`,
  }));
  if (other !== undefined) {
    const message = `${other.file} of ${other.startedAt} is a backup of an earlier table ${table}: it does not count.`;
    problems.push({ code: 'BACKUP_OF_OTHER_TABLE', message });
  }
  return findingsAt('warn', problems);
}

function findingsOfDeployment(facts: ProtectionFacts, policy: ProtectionPolicy): readonly Finding[] {
  return [
    ...findingsOfTables(facts),
    ...findingsOfBackups(facts, policy),
    ...findingsOfArchive(facts, policy),
    ...findingsOfRehearsal(facts, policy),
  ];
}

function findingsOfTables({ tables, prefix, region }: ProtectionFacts): readonly Finding[] {
  if (tables.some(({ exists }) => exists !== false)) return [];
  return findingsAt('require', [
    { code: 'DEPLOYMENT_MISSING', message: `There is no table of the prefix ${prefix} in ${region}.` },
  ]);
}

/** As strict as the strictest table about its files. */
function findingsOfBackups(
  { backups, backupsUnreadable, tables }: ProtectionFacts,
  policy: ProtectionPolicy,
): readonly Finding[] {
  const level = strictest(
    tables.map(({ name }) => policyOf(policy, name)).flatMap(({ backup, proof }) => [backup.level, proof.level]),
  );
  if (backups === null) {
    return findingsAt(level, [{ code: 'BACKUPS_NOT_NAMED', message: 'No folder of backup files was named.' }]);
  }
  if (backupsUnreadable === null) return [];
  const message = `The backup files in ${backups} are not known: ${backupsUnreadable}`;
  return findingsAt(level, [{ code: 'BACKUPS_UNREADABLE', message }]);
}

/** As strict as the strictest table about it. */
function findingsOfArchive(facts: ProtectionFacts, policy: ProtectionPolicy): readonly Finding[] {
  const { archive, archiveUnreadable, tables } = facts;
  const level = strictest(tables.map(({ name }) => policyFor(name, facts, policy).archive.level));
  if (archive === null) return findingsAt(level, [{ code: 'ARCHIVE_NOT_NAMED', message: 'No archive was named.' }]);
  if (archiveUnreadable === null) return [];
  const message = `The archive ${archive} is not known: ${archiveUnreadable}`;
  return findingsAt(level, [{ code: 'ARCHIVE_UNREADABLE', message }]);
}

function findingsOfRehearsal(
  { rehearsal, backups, backupsUnreadable, at, tables }: ProtectionFacts,
  policy: ProtectionPolicy,
): readonly Finding[] {
  const { level, maxAgeDays } = policy.deployment.rehearsal;
  if (rehearsal === null) {
    return findingsAt(level, [
      backups === null || backupsUnreadable !== null
        ? { code: 'REHEARSAL_UNKNOWN', message: 'It is not known when a recovery was last rehearsed.' }
        : { code: 'REHEARSAL_MISSING', message: 'No recovery was rehearsed.' },
    ]);
  }
  const problems: Problem[] = [];
  const age = ageAt(at, rehearsal.at);
  if (isAhead(at, rehearsal.at)) {
    const message = `The newest rehearsal, ${rehearsal.file}, is of a time that has not come: ${rehearsal.at}. A clock was wrong.`;
    problems.push({ code: 'REHEARSAL_IN_FUTURE', message });
  } else if (age > maxAgeDays * DAY) {
    const message = `The newest rehearsal is ${ageInWords(age)} old; ${ageInWords(maxAgeDays * DAY)} are allowed.`;
    problems.push({ code: 'REHEARSAL_OLD', message });
  }
  if (rehearsal.outcome === 'failed') {
    const message = `The newest rehearsal failed: ${rehearsal.proved} of ${rehearsal.tables} tables were proved (${rehearsal.file}).`;
    problems.push({ code: 'REHEARSAL_FAILED', message });
  }
  const needed = tables.filter(
    ({ name, exists }) =>
      exists === true && name !== RECORD_COUNTS_TABLE.name && policyOf(policy, name).backup.level !== 'off',
  );
  if (rehearsal.tables < needed.length) {
    const message = `The newest rehearsal restored ${rehearsal.tables} of the ${needed.length} tables that need a backup.`;
    problems.push({ code: 'REHEARSAL_PARTIAL', message });
  }
  return findingsAt(level, problems);
}

function findingsAt(level: Level, problems: readonly Problem[]): readonly Finding[] {
  if (level === 'off') return [];
  return problems.map(({ code, message }) => ({ code, level: level === 'require' ? 'failure' : 'warning', message }));
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ level }) => level === 'failure')) return 'unprotected';
  return findings.length === 0 ? 'protected' : 'warning';
}

const FROM_BEST: readonly Verdict[] = ['protected', 'warning', 'unprotected'];

function worst(verdicts: readonly Verdict[]): Verdict {
  return FROM_BEST[Math.max(...verdicts.map((verdict) => FROM_BEST.indexOf(verdict)))] ?? 'unprotected';
}

const FROM_LAX: readonly Level[] = ['off', 'warn', 'require'];

function strictest(levels: readonly Level[]): Level {
  return FROM_LAX[Math.max(0, ...levels.map((level) => FROM_LAX.indexOf(level)))] ?? 'off';
}
