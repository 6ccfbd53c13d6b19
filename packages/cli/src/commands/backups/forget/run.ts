import {
  chooseForgotten,
  type ForgetDecision,
  type ForgottenBackup,
  findLeftovers,
  forgetBackups,
  listCatalogue,
  type TableBackups,
} from '@cumulus/dynamodb/backup';
import type { Context, Outcome, Task } from '../../../command.ts';
import { keepRules } from '../../../options/keep-rules.ts';
import { count, size } from '../../../output/format.ts';
import { chosenBackups } from '../chosen-backups.ts';
import { backupFields, problemsWarning, summaryOf } from '../describe-backup.ts';
import type { ForgetOptions } from './options.ts';

/** The decisions on the backups of a table. */
interface Decided extends TableBackups {
  readonly decisions: readonly ForgetDecision[];
  /** Files of backups whose data file is not there. */
  readonly leftovers: readonly string[];
}

/** What became of a backup, or would. */
interface Fate {
  readonly decision: ForgetDecision;
  readonly fate:
    | Exclude<ForgetDecision['fate'], 'goes'>
    | ForgottenBackup['fate']
    | 'would be forgotten'
    | 'gone already';
  readonly keptAsVersion?: boolean | undefined;
  readonly because?: string | undefined;
}

export async function runForget(options: ForgetOptions, context: Context): Promise<readonly Task[]> {
  const { s3, abortSignal, onWarning } = context;
  const { location, isChosen } = chosenBackups(options);
  const rules = keepRules(options);
  const tables: Decided[] = [];
  for (const ofTable of await listCatalogue(location, { s3, tables: isChosen, abortSignal })) {
    const leftovers = await findLeftovers(location, ofTable.table, s3);
    tables.push({ ...ofTable, decisions: chooseForgotten(ofTable.backups, rules), leftovers });
  }
  if (tables.length === 0) onWarning(`There is no such backup in ${location}.`);
  await context.confirm(() => questionOf(tables), 'Nothing was removed.');
  return tables.map((decided) => ({
    table: decided.table,
    run: async () => [
      options['dry-run']
        ? describe(decided, decided.decisions.map(planned), { isDryRun: true })
        : await forget(decided, options, context),
    ],
  }));
}

function questionOf(tables: readonly Decided[]): string | undefined {
  const going = tables.flatMap(({ decisions }) => decisions.filter(({ fate }) => fate === 'goes'));
  const leftovers = tables.flatMap((table) => table.leftovers);
  const concerned = [...new Set(going.map(({ backup }) => backup.table))];
  const files = `${count(leftovers.length, 'file')} whose backup is not there (${leftovers.join(', ')})`;
  const what = [
    ...(going.length === 0 ? [] : [`${count(going.length, 'backup')} of ${concerned.join(', ')}`]),
    ...(leftovers.length === 0 ? [] : [files]),
  ];
  return what.length === 0 ? undefined : `Remove ${what.join(', and ')} for good?`;
}

function planned(decision: ForgetDecision): Fate {
  return { decision, fate: decision.fate === 'goes' ? 'would be forgotten' : decision.fate };
}

async function forget(decided: Decided, options: ForgetOptions, { s3, abortSignal }: Context): Promise<Outcome> {
  const { table, decisions } = decided;
  const { location } = chosenBackups(options);
  const { backups, notesNotRemoved } = await forgetBackups({
    ...{ location, table, decisions, s3, abortSignal },
    rules: keepRules(options),
  });
  const fates = decisions.map((decision): Fate => {
    if (decision.fate !== 'goes') return { decision, fate: decision.fate };
    const became = backups.find(({ backup }) => backup.file === decision.backup.file);
    return became === undefined ? { decision, fate: 'gone already' } : { ...became, decision };
  });
  return describe(decided, fates, { notesNotRemoved });
}

function describe(
  decided: Decided,
  fates: readonly Fate[],
  { notesNotRemoved, isDryRun = false }: { readonly notesNotRemoved?: string | undefined; readonly isDryRun?: boolean },
): Outcome {
  const { table, problems, leftovers } = decided;
  const of = (...wanted: readonly Fate['fate'][]): readonly Fate[] => fates.filter(({ fate }) => wanted.includes(fate));
  const [toForget, forgotten, failed] = [of('would be forgotten'), of('forgotten'), of('not forgotten')];
  const bytes = [...toForget, ...forgotten].reduce((sum, { decision }) => sum + decision.backup.bytes, 0);
  const what = toForget.length > 0 ? `${toForget.length} would be forgotten` : `${forgotten.length} forgotten`;
  const kept = of('kept', 'spared').length;
  const warnings = [
    problemsWarning({ problems }),
    notesNotRemoved === undefined ? undefined : `Notes of proofs are not removed: ${notesNotRemoved}`,
    ...forgotten.map(({ because }) => because),
  ].filter((warning) => warning !== undefined);
  return {
    result: {
      table,
      toForget: toForget.length,
      forgotten: forgotten.length,
      kept,
      unknown: of('unknown').length,
      failed: failed.length,
      bytes,
      backups: fates.map(({ decision, fate, keptAsVersion, because }) => ({
        ...backupFields(decision.backup),
        fate,
        reasons: decision.reasons,
        keptAsVersion: keptAsVersion ?? null,
        because: because ?? null,
      })),
      leftovers,
      problems,
    },
    lines: [
      `${table}: ${what}, ${size(bytes)}; ${kept} kept${describeUnknown(of('unknown').length)}`,
      ...fates.flatMap(describeFate),
      ...leftovers.map((file) => `  ${isDryRun ? 'would be removed' : 'removed'}, its backup is not there: ${file}`),
    ],
    warning: warnings.length === 0 ? undefined : warnings.join('\n  '),
    failure: failed.length === 0 ? undefined : describeFailure(table, failed),
  };
}

function describeUnknown(unknown: number): string {
  return unknown === 0 ? '' : `, ${unknown} left alone, since their times are unknown`;
}

function describeFate({ decision, fate, keptAsVersion }: Fate): readonly string[] {
  const { backup, reasons } = decision;
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const version = keptAsVersion ? ', and the bucket keeps it as an earlier version' : '';
  return [`  ${fate}${why}${version}: ${summaryOf(backup)}`, `    ${backup.file}`];
}

function describeFailure(table: string, failed: readonly Fate[]): string {
  return [
    `${count(failed.length, 'backup')} of ${table} ${failed.length === 1 ? 'was' : 'were'} not forgotten:`,
    ...failed.map(({ decision, because }) => `${decision.backup.file}: ${because}`),
    'The same command again removes what is left.',
  ].join('\n  ');
}
