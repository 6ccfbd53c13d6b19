import { explainAwsError } from '../../aws/aws-errors.ts';
import { requireSame, requireSameTable } from '../../tables/same-table.ts';
import { CorruptBackupError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { openBackup } from '../read/open-backup.ts';
import { type CheckedFile, checkFile } from './check.ts';
import { type RestoreCheckpoint, type RestoreState, restoreCheckpointName } from './checkpoint.ts';
import type { RestoreOptions, RestoreResult } from './options.ts';
import {
  checkSetAside,
  interruptedRun,
  NOTHING_DONE,
  openSetAside,
  optionalCheckpoint,
  warnIfLongAgo,
} from './resume.ts';
import type { SetAsideFile } from './set-aside-file.ts';
import { checkTargetItems, finishTable, foreseenDifferences, madeTable, planTarget } from './target.ts';
import { writeAction, writeFile } from './write.ts';

/**
 * Writes the items of a backup file to a table. Before anything is written the whole file is checked: against its
 * manifest, line by line, and each item's keys against the target's; and the target has to be empty unless told
 * otherwise. Of items with the same key the last in the file is written, and no other. Records are not altered.
 *
 * @throws TableNotFoundError, TargetNotEmptyError, KeySchemaMismatchError, InvalidLineError, CorruptBackupError,
 *   ManifestError, FileError, StorageError, FileReplacedError, ConnectionError, AccessDeniedError, ThrottledError,
 *   RequestFailedError, ResumeMismatchError, TableReplacedError, InterruptedError
 */
export async function restoreTable(options: RestoreOptions): Promise<RestoreResult> {
  const startedAt = performance.now();
  const now = new Date();
  const { existingItems = 'refuse' } = options;
  const reader = await openBackup(options.file, {
    name: options.fileName,
    s3: options.s3,
    abortSignal: options.abortSignal,
  });
  let setAside: SetAsideFile | undefined;
  try {
    const target = await planTarget(options, reader);
    const checkpointFile = reader.checkpoint<RestoreCheckpoint>(restoreCheckpointName(options.table));
    await checkSetAside(options, checkpointFile);
    const checked = await checkFile(options, reader, target.schema);
    const interrupted = await interruptedRun(options, checkpointFile, checked.sha256, target.description);
    // A run that stopped before it knew its table has written nothing.
    if ((interrupted?.tableId ?? null) === null) {
      await checkTargetItems(options, target.description, checkpointFile);
    }
    if (interrupted !== undefined) warnIfLongAgo(options, interrupted);
    const created = interrupted?.created ?? target.description === undefined;
    const result = {
      table: options.table,
      file: reader.name,
      lines: checked.items,
      superseded: checked.superseded.size,
      bytes: checked.bytes,
      proved: reader.provable,
      created,
      resumed: interrupted !== undefined,
      ...(reader.pointersToS3 === undefined ? {} : { pointersToS3: reader.pointersToS3 }),
    };
    const done = interrupted ?? NOTHING_DONE;
    const begunAt = interrupted === undefined ? now.toISOString() : interrupted.startedAt;
    if (options.dryRun) {
      const setAsideLines = (done.setAside?.lines ?? 0) + checked.refused.sizeAfter(done.line);
      const items = checked.items - checked.superseded.size - done.written - done.skipped - setAsideLines;
      const of = { items, itemsThisRun: items, itemsBefore: done.written };
      const settings = created ? foreseenDifferences(target) : undefined;
      return {
        ...result,
        ...describeSetAside(options, reader, checked, setAsideLines),
        ...{ dryRun: true, ...of, skipped: 0, seconds: secondsSince(startedAt), notTaken: [] },
        ...(settings === undefined ? {} : { settings }),
      };
    }
    const checkpoint = optionalCheckpoint(options, checkpointFile);
    const run = {
      ...(begunAt === undefined ? {} : { startedAt: begunAt }),
      sha256: checked.sha256,
      created,
      existingItems,
    };
    setAside = await openSetAside(options, interrupted);
    const begin = { ...done, ...(setAside === undefined ? {} : { setAside: setAside.state }) };
    if (interrupted === undefined) await checkpoint.save({ ...begin, ...run, tableId: target.description?.id ?? null });
    const table = await madeTable(options, target);
    if (target.description !== undefined) {
      requireSame(target.description, table, 'while the file was checked', ['Nothing was written.', ASK_AGAIN]);
    }
    const save = (state: RestoreState): Promise<void> => checkpoint.save({ ...state, ...run, tableId: table.id });
    await save(begin);
    const job = { options, reader, schema: target.schema, checked, interrupted, setAside, save };
    const written = await writeFile(job);
    const leftOut = checked.superseded.size + (written.setAside?.lines ?? 0);
    if (written.written + written.skipped + leftOut !== checked.items) {
      throw new CorruptBackupError(
        `Of ${checked.items} items of ${reader.name} some were neither written nor left out.`,
      );
    }
    await requireSameTable(
      options.client,
      table,
      'during the restore',
      [
        `${written.written} items were written, perhaps not all of them to the table that is there now.`,
        ADVICE_WHEN_REPLACED,
      ],
      options.abortSignal,
    );
    const finished = created ? await finishTable(options, table, target) : { notTaken: [] };
    await checkpoint.remove();
    const items = {
      items: written.written,
      itemsThisRun: written.written - begin.written,
      itemsBefore: begin.written,
      skipped: written.skipped,
    };
    return {
      ...result,
      ...describeSetAside(options, reader, checked, written.setAside?.lines ?? 0),
      ...{ ...items, seconds: secondsSince(startedAt), ...finished },
    };
  } catch (error) {
    throw await explainAwsError(error, options.client, { action: writeAction(options), table: options.table });
  } finally {
    await setAside?.close();
    await reader.close();
  }
}

const ADVICE_WHEN_REPLACED =
  'Restore again, without --resume, into a table that nobody deletes meanwhile: an empty one, or with --overwrite.';
const ASK_AGAIN = 'Give the same command again.';

function describeSetAside(
  { setAside: file }: RestoreOptions,
  reader: BackupSource,
  { firstRefused }: CheckedFile,
  lines: number,
): Pick<RestoreResult, 'setAside'> {
  if (file === undefined) return {};
  const first = firstRefused.list.map(({ line, problem }) => ({ ...reader.placeOf(line), problem }));
  return { setAside: { ...(lines === 0 ? {} : { file }), lines, first } };
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
