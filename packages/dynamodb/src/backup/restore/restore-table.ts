import { explainAwsError } from '../../aws-errors.ts';
import { CorruptBackupError, PartOfBackupError } from '../../errors.ts';
import { openBackup } from '../../storage/open-backup.ts';
import { applySettings } from '../../tables/create.ts';
import { isPart } from '../backup-files.ts';
import type { BackupSource } from '../backup-source.ts';
import type { RestoreState } from '../restore-checkpoint.ts';
import { describeSegments } from '../segment-range.ts';
import { checkFile } from './check.ts';
import type { RestoreOptions, RestoreResult } from './options.ts';
import { interruptedRun, NOTHING_DONE, optionalCheckpoint } from './resume.ts';
import { checkTargetItems, madeTable, planTarget } from './target.ts';
import { writeAction, writeFile } from './write.ts';

/**
 * Writes the items of a backup file to a table. Before anything is written the whole file is checked: against its
 * manifest, line by line, and each item's keys against the target's; and the target has to be empty unless told
 * otherwise. Of items with the same key the last in the file is written, and no other. Records are not altered.
 *
 * @throws TableNotFoundError, TargetNotEmptyError, KeySchemaMismatchError, InvalidLineError, CorruptBackupError,
 *   ManifestError, FileError, StorageError, BackupReplacedError, ConnectionError, AccessDeniedError, ThrottledError,
 *   RequestFailedError, ResumeMismatchError, InterruptedError
 */
export async function restoreTable(options: RestoreOptions): Promise<RestoreResult> {
  const startedAt = performance.now();
  const { existingItems = 'refuse' } = options;
  const reader = await openBackup(options.file, {
    name: options.fileName,
    s3: options.s3,
    abortSignal: options.abortSignal,
  });
  try {
    checkWhole(options, reader);
    const target = await planTarget(options, reader);
    const checked = await checkFile(options, reader, target.schema);
    const checkpointFile = reader.checkpoint(options.table);
    const interrupted = await interruptedRun(options, checkpointFile, checked.sha256, target.description);
    // A run that stopped before it knew its table has written nothing.
    if ((interrupted?.tableId ?? null) === null) {
      await checkTargetItems(options, target.description, checkpointFile);
    }
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
    if (options.dryRun) {
      const done = interrupted ?? NOTHING_DONE;
      const items = checked.items - checked.superseded.size - done.written - done.skipped;
      return { ...result, dryRun: true, items, skipped: 0, seconds: secondsSince(startedAt), notTaken: [] };
    }
    const checkpoint = optionalCheckpoint(options, checkpointFile);
    const begin = interrupted ?? NOTHING_DONE;
    if (interrupted === undefined) {
      const tableId = target.description?.id ?? null;
      await checkpoint.save({ ...begin, sha256: checked.sha256, tableId, created, existingItems });
    }
    const table = await madeTable(options, target);
    const save = (state: RestoreState): Promise<void> =>
      checkpoint.save({ ...state, sha256: checked.sha256, tableId: table.id, created, existingItems });
    await save(begin);
    const done = await writeFile(options, reader, target.schema, checked, interrupted, save);
    if (done.written + done.skipped + checked.superseded.size !== checked.items) {
      throw new CorruptBackupError(
        `Of ${checked.items} items of ${reader.name} some were neither written nor left out.`,
      );
    }
    const { notTaken } = created ? await applySettings(options.client, table, target.schema) : { notTaken: [] };
    await checkpoint.remove();
    return { ...result, items: done.written, skipped: done.skipped, seconds: secondsSince(startedAt), notTaken };
  } catch (error) {
    throw await explainAwsError(error, options.client, { action: writeAction(options), table: options.table });
  } finally {
    await reader.close();
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** @throws PartOfBackupError if a part of a backup would be taken for the whole */
function checkWhole({ file, partial }: RestoreOptions, { name, part }: BackupSource): void {
  if (partial || (part === undefined && !isPart(file))) return;
  throw new PartOfBackupError(
    `${name} is a part of a backup${part === undefined ? '' : `: ${describeSegments(part)}`}.`,
    ['Nothing was written.', 'Merge all parts by cumulus-api merge; or restore what is in this one by --part.'],
  );
}
