import {
  ageInWords,
  type BackupFacts,
  type Finding,
  type ProtectionReport,
  type TableProtection,
  type Verdict,
} from '@cumulus/dynamodb/protection';
import { count, zonedTime } from '../../output/format.ts';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  protected: 'protected',
  warning: 'protected, with warnings',
  unprotected: 'not protected',
};

const PROOFS = {
  file: 'read whole',
  table: 'compared with a table',
  rehearsal: 'restored and compared',
} as const;

/** A table's verdict, and what it can go back to. */
export function describeTable(table: TableProtection, at: string): readonly string[] {
  const sources = [
    ...describePointInTime(table),
    ...describeArchive(table),
    ...describeBackup(table, at),
    ...describeOthers(table, at),
  ];
  return [
    `${table.table}: ${VERDICTS[table.verdict]}`,
    `  ${sources.length === 0 ? 'nothing to go back to is known' : sources.join('; ')}`,
  ];
}

/** A deployment's verdict. */
export function describeDeployment({ prefix, verdict, tables }: ProtectionReport): string {
  const number = (wanted: Verdict): number => tables.filter((table) => table.verdict === wanted).length;
  const parts = [
    `${prefix}: ${VERDICTS[verdict]}`,
    `${number('protected')} of ${count(tables.length, 'table')} protected`,
  ];
  if (number('warning') > 0) parts.push(`${number('warning')} with warnings`);
  if (number('unprotected') > 0) parts.push(`${number('unprotected')} not`);
  return parts.join(', ');
}

/**
 * The findings of one level, each with the command that mends it; undefined if there are none.
 * @param of what they are of: `Table prod-RulesTable`
 */
export function describeFindings(
  of: string,
  findings: readonly Finding[],
  level: Finding['level'],
): string | undefined {
  const wanted = findings.filter((finding) => finding.level === level);
  if (wanted.length === 0) return undefined;
  const lines = wanted.flatMap(({ message, fix }) => [`  ${message}`, ...(fix === undefined ? [] : [`    ${fix}`])]);
  return [level === 'failure' ? `${of} is not protected:` : `${of}:`, ...lines].join('\n');
}

function describePointInTime({ pointInTime }: TableProtection): readonly string[] {
  if (!pointInTime.known) return [];
  const { earliest, latest } = pointInTime.value;
  if (earliest === null || latest === null) return [];
  return [`any second from ${zonedTime(new Date(earliest))} until ${zonedTime(new Date(latest))}`];
}

function describeArchive({ archive }: TableProtection): readonly string[] {
  const { restorable = [], latest = null } = (archive.known ? archive.value : null) ?? {};
  const [first] = restorable;
  if (first === undefined || latest === null) return [];
  const gaps = restorable.length === 1 ? '' : `, but for ${count(restorable.length - 1, 'gap')}`;
  return [
    `any second of the archive from ${zonedTime(new Date(first.from))} until ${zonedTime(new Date(latest))}${gaps}`,
  ];
}

function describeBackup({ backup, provedBackup }: TableProtection, at: string): readonly string[] {
  if (!backup.known || backup.value === null) return [];
  const newest = backup.value;
  const proved = provedBackup.known ? provedBackup.value : null;
  if (newest.proofs.length > 0) return [`backup file ${ageAt(newest.startedAt, at)} old, ${describeProof(newest, at)}`];
  const text = `backup file ${ageAt(newest.startedAt, at)} old, not proved`;
  if (proved === null) return [text];
  return [text, `one ${ageAt(proved.startedAt, at)} old, ${describeProof(proved, at)}`];
}

function describeProof({ proofs }: BackupFacts, at: string): string {
  const [newest] = [...proofs].sort((a, b) => (a.at > b.at ? -1 : 1));
  return newest === undefined ? 'not proved' : `proved ${ageAt(newest.at, at)} ago (${PROOFS[newest.how]})`;
}

function describeOthers({ onDemand, export: exported }: TableProtection, at: string): readonly string[] {
  const texts: string[] = [];
  if (onDemand.known && onDemand.value !== null)
    texts.push(`on-demand backup ${ageAt(onDemand.value.createdAt, at)} old`);
  if (exported.known && exported.value !== null) texts.push(`export ${ageAt(exported.value.at, at)} old`);
  return texts;
}

function ageAt(time: string, at: string): string {
  return ageInWords(Math.max(0, Date.parse(at) - Date.parse(time)));
}
