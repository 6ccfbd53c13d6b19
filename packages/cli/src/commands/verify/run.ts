import {
  describePlace,
  type RefusedByIndexes,
  type VerifyResult,
  verifyBackup,
  withdrawIfDamaged,
} from '@cumulus/dynamodb/backup';
import { type BackupOfTable, findBackups } from '../../backup-source/find-backups.ts';
import { chosenIdentities } from '../../backup-source/identities.ts';
import { withInput } from '../../backup-source/input.ts';
import type { Context, Outcome, Task } from '../../command.ts';
import { describeComparison, failureOf } from '../../output/describe-comparison.ts';
import { describeContents, describeIncomplete } from '../../output/describe-contents.ts';
import { describePointers } from '../../output/describe-pointers.ts';
import { describeScan } from '../../output/describe-scan.ts';
import { describeSettingsComparison } from '../../output/describe-settings.ts';
import { count, duration, size } from '../../output/format.ts';
import { keepHeapSmall } from '../../v8-settings.ts';
import { noteVerified } from './note-verified.ts';
import type { VerifyOptions } from './options.ts';

export async function runVerify(options: VerifyOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { file, table = null, directory, prefix, 'from-prefix': fromPrefix } = options;
  const backups =
    directory !== undefined && prefix !== undefined
      ? await findBackups(directory, prefix, fromPrefix, context)
      : file === undefined
        ? []
        : [{ file, table }];
  const identities = await chosenIdentities(options, context);
  return backups.map((backup) => ({
    ...backup,
    run: async () => [await verify(backup, identities, options, context)],
  }));
}

async function verify(
  { file, table }: BackupOfTable<string | null>,
  identities: readonly string[] | undefined,
  options: VerifyOptions,
  context: Context,
): Promise<Outcome> {
  const { client, s3, abortSignal, onProgress } = context;
  const verified = await withInput(file, context, (input) =>
    verifyBackup({
      ...input,
      s3,
      identities,
      liveTable: table === null ? undefined : { client, name: table },
      maxReadUnits: options['max-read-units'],
      abortSignal,
      onProgress,
    }),
  ).catch(async (error: unknown) => {
    await withdrawIfDamaged(error, file, context);
    throw error;
  });
  await noteVerified(verified, table, context);
  const { comparison, ...checked } = verified;
  const { items, bytes, seconds, scan } = checked;
  return {
    result: { table, ...checked, ...comparison },
    lines: [
      `${checked.file}: ${count(items, 'item')}, ${size(bytes)} in ${duration(seconds)}`,
      describeProved(checked),
      ...describeContents(checked),
      ...(scan === undefined ? [] : [describeScan(scan)]),
      ...describePointers(checked.pointersToS3, checked.file),
      ...(comparison === undefined || table === null ? [] : describeComparison(comparison, table)),
      ...describeRefused(checked.refusedByIndexes),
      ...(checked.settings === undefined ? [] : describeSettingsComparison(checked.settings, 'settings that differ:')),
    ],
    warning: warningOf(checked.refusedByIndexes, table),
    failure:
      describeIncomplete(checked.file, checked) ??
      (comparison === undefined || table === null ? undefined : failureOf(comparison, checked.file, table)),
  };
}

function describeProved({ proved, opened }: Pick<VerifyResult, 'proved' | 'opened'>): string {
  if (opened === false) return '  encrypted; stored as its manifest says, and not opened: --identity FILE opens it';
  return proved ? '  as its manifest says' : '  readable to its end; there is no manifest to prove it by';
}

function describeRefused(refused: RefusedByIndexes | undefined): readonly string[] {
  return (refused?.first ?? []).map(({ problem, ...place }) => `  ${describePlace(place)}: ${problem}`);
}

function warningOf(refused: RefusedByIndexes | undefined, table: string | null): string | undefined {
  const [first] = refused?.first ?? [];
  if (refused === undefined || first === undefined) return undefined;
  const lines = `${count(refused.lines, 'line')} that a restore into ${table} refuses because of its indexes`;
  return `${first.file} has ${lines}, the first of them ${first.unit ?? 'line'} ${first.line}.`;
}
