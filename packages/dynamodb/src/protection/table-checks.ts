import { TABLE_DEFINITIONS } from '../tables/definitions.ts';
import { ageAt, ageInWords, DAY, HOUR, isAhead } from './age.ts';
import type { Check, TablePolicy } from './policy.ts';
import type { BackupFacts, Known, TableFacts } from './report.ts';

/** What does not hold; how bad that is depends on the check's level. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Says what does not hold of a check: nothing if it holds. @param at the instant of the facts */
type TableCheck<Of extends Check> = (table: TableFacts, policy: Of, at: string) => readonly Problem[];

/** Follows from each of these, which say more. */
export const SIZE_UNKNOWN = 'BACKUP_SIZE_UNKNOWN';
export const WHY_SIZE_UNKNOWN: readonly string[] = ['BACKUP_MISSING', 'BACKUP_UNKNOWN', 'TABLE_UNKNOWN'];

/** All checks of a table that exists, or of which that is not known. */
export const TABLE_CHECKS: { readonly [Name in Exclude<keyof TablePolicy, 'exists'>]: TableCheck<TablePolicy[Name]> } =
  {
    pointInTime: checkPointInTime,
    deletionProtection: ({ deletionProtection }) =>
      checkFact(deletionProtection, 'DELETION_PROTECTION_UNKNOWN', 'whether deletion protection is on', (isOn) =>
        isOn ? [] : [problem('DELETION_PROTECTION_OFF', 'Deletion protection is off: one request deletes the table.')],
      ),
    encryption: checkEncryption,
    stream: checkStream,
    backup: checkBackup,
    proof: ({ provedBackup }, { maxAgeDays }, at) =>
      checkFact(provedBackup, 'PROOF_UNKNOWN', 'whether a backup file is proved', (newest) =>
        checkAge(newest && { what: `The newest proved backup, ${newest.file},`, time: newest.startedAt }, at, {
          code: 'PROOF',
          none: 'No backup file of this table is proved.',
          max: maxAgeDays * DAY,
        }),
      ),
    backupSize: checkSize,
    onDemand: ({ onDemand }, { maxAgeDays }, at) =>
      checkFact(onDemand, 'ON_DEMAND_UNKNOWN', 'which on-demand backups there are', (newest) =>
        checkAge(newest && { what: `The newest on-demand backup, ${newest.name},`, time: newest.createdAt }, at, {
          code: 'ON_DEMAND',
          none: 'There is no on-demand backup.',
          max: maxAgeDays * DAY,
        }),
      ),
    export: ({ export: exported }, { maxAgeDays }, at) =>
      checkFact(exported, 'EXPORT_UNKNOWN', 'which exports there are', (newest) =>
        checkAge(newest && { what: `The newest export, ${newest.to},`, time: newest.at }, at, {
          code: 'EXPORT',
          none: 'There is no completed export.',
          max: maxAgeDays * DAY,
        }),
      ),
    archive: checkArchive,
  };

function checkPointInTime(
  { pointInTime }: TableFacts,
  { minDays, maxLagMinutes }: TablePolicy['pointInTime'],
  at: string,
): readonly Problem[] {
  return checkFact(pointInTime, 'PITR_UNKNOWN', 'whether point-in-time recovery is on', (facts) => {
    const { enabled, latest, days } = facts;
    if (!enabled) return [problem('PITR_OFF', 'Point-in-time recovery is off.')];
    const problems: Problem[] = [];
    if (days === null) {
      problems.push(problem('PITR_WINDOW_UNKNOWN', 'How many days point-in-time recovery reaches back is not known.'));
    } else if (days < minDays) {
      const message = `Point-in-time recovery reaches back ${days} days only; it should be ${minDays} at least.`;
      problems.push(problem('PITR_WINDOW_SHORT', message));
    }
    if (latest === null) {
      const message = 'Point-in-time recovery was turned on too short a time ago: there is no time yet to go back to.';
      problems.push(problem('PITR_NO_TIME_YET', message));
    } else if (ageAt(at, latest) > maxLagMinutes * (HOUR / 60)) {
      const lag = ageInWords(ageAt(at, latest));
      const message = `Point-in-time recovery lags ${lag} behind; ${maxLagMinutes} minutes are allowed.`;
      problems.push(problem('PITR_LAGS', message));
    }
    return problems;
  });
}

function checkEncryption({ encryption }: TableFacts, { type }: TablePolicy['encryption']): readonly Problem[] {
  return checkFact(encryption, 'ENCRYPTION_UNKNOWN', 'how the table is encrypted', (facts) => {
    if (facts.status === 'INACCESSIBLE') {
      const message = `DynamoDB cannot use the table’s key ${facts.key}. After seven days it archives the table.`;
      return [problem('ENCRYPTION_KEY_UNUSABLE', message)];
    }
    if (type === 'any' || facts.type === type) return [];
    return [problem('ENCRYPTION_KEY_OF_AWS', 'The table is encrypted with a key of AWS’s, not of the account.')];
  });
}

function checkStream({ name, stream }: TableFacts): readonly Problem[] {
  if (!hasStream(name)) return [];
  return checkFact(stream, 'STREAM_UNKNOWN', 'whether the stream is on', (facts) => {
    if (facts === null) return [problem('STREAM_OFF', 'The stream is off: changes are not recorded or counted.')];
    if (facts.viewType === 'NEW_AND_OLD_IMAGES') return [];
    const message = `The stream holds ${facts.viewType}, not NEW_AND_OLD_IMAGES.`;
    return [problem('STREAM_OTHER_VIEW', message)];
  });
}

function hasStream(name: string): boolean {
  return TABLE_DEFINITIONS.some((definition) => definition.name === name && definition.stream);
}

/** A table without a stream has no archive. */
function checkArchive(
  { name, archive }: TableFacts,
  { maxLagMinutes, minDaysWithoutGap }: TablePolicy['archive'],
  at: string,
): readonly Problem[] {
  if (!hasStream(name)) return [];
  return checkFact(archive, 'ARCHIVE_UNKNOWN', 'what the archive has of the table', (facts) => {
    if (facts === null) return [problem('ARCHIVE_MISSING', 'The archive has nothing of this table.')];
    const { damage, latest, gaps } = facts;
    if (damage !== null) return [problem('ARCHIVE_DAMAGED', `The archive of the table is damaged: ${damage}`)];
    const problems: Problem[] = [];
    if (latest === null) {
      problems.push(problem('ARCHIVE_NO_TIME_YET', 'The archive has no time yet that the table can go back to.'));
    } else if (ageAt(at, latest) > maxLagMinutes * (HOUR / 60)) {
      const lag = ageInWords(ageAt(at, latest));
      problems.push(problem('ARCHIVE_LAGS', `The archive lags ${lag} behind; ${maxLagMinutes} minutes are allowed.`));
    }
    const gap = gaps.at(-1);
    if (gap !== undefined && ageAt(at, gap.until) < minDaysWithoutGap * DAY) {
      const message = `The archive may lack changes from ${gap.from} to ${gap.until}: nobody followed the table.`;
      problems.push(problem('ARCHIVE_GAP', message));
    }
    return problems;
  });
}

function checkBackup(table: TableFacts, { maxAgeHours }: TablePolicy['backup'], at: string): readonly Problem[] {
  return checkFact(table.backup, 'BACKUP_UNKNOWN', 'which backup files there are', (newest) =>
    checkAge(newest && { what: `The newest backup file, ${newest.file},`, time: newest.startedAt }, at, {
      code: 'BACKUP',
      none: 'There is no backup file of this table.',
      max: maxAgeHours * HOUR,
    }),
  );
}

/** DynamoDB's estimate is up to six hours old, so only a great difference counts. */
function checkSize({ backup, items }: TableFacts, { minPercent }: TablePolicy['backupSize']): readonly Problem[] {
  const newest: BackupFacts | null = backup.known ? backup.value : null;
  if (newest === null || items === null) {
    const message = 'It is not known whether the newest backup file has the items of the table.';
    return [problem(SIZE_UNKNOWN, message)];
  }
  if (newest.items >= (items * minPercent) / 100) return [];
  const message = `The newest backup file, ${newest.file}, has ${newest.items} items; DynamoDB estimates ${items} in the table.`;
  return [problem('BACKUP_TOO_SMALL', message)];
}

/** A fact that is not known never counts as protection. */
function checkFact<T>(
  fact: Known<T>,
  code: string,
  what: string,
  check: (value: T) => readonly Problem[],
): readonly Problem[] {
  return fact.known ? check(fact.value) : [problem(code, `It is not known ${what}: ${fact.because}.`)];
}

/** What there has to be, at most how old, and what to call it otherwise. */
interface AgeLimit {
  /** Of the problems: `BACKUP` for `BACKUP_MISSING`, `BACKUP_OLD`, `BACKUP_IN_FUTURE`. */
  readonly code: string;
  readonly none: string;
  /** In milliseconds. */
  readonly max: number;
}

function checkAge(
  newest: { readonly what: string; readonly time: string } | null,
  at: string,
  { code, none, max }: AgeLimit,
): readonly Problem[] {
  if (newest === null) return [problem(`${code}_MISSING`, none)];
  const age = ageAt(at, newest.time);
  if (isAhead(at, newest.time)) {
    const message = `${newest.what} is of a time that has not come: ${newest.time}. A clock was wrong.`;
    return [problem(`${code}_IN_FUTURE`, message)];
  }
  if (age <= max) return [];
  return [problem(`${code}_OLD`, `${newest.what} is ${ageInWords(age)} old; ${ageInWords(max)} are allowed.`)];
}

function problem(code: string, message: string): Problem {
  return { code, message };
}
