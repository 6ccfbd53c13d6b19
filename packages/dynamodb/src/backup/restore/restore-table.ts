import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { findWithAnswer } from '../../tables/describe.ts';
import { requireSame } from '../../tables/same-table.ts';
import { CorruptBackupError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { openBackup } from '../read/open-backup.ts';
import type { Checkpoint } from '../store/checkpoint.ts';
import { type CheckedFile, checkFile } from './check.ts';
import { type RestoreCheckpoint, type RestoreState, restoreCheckpointName } from './checkpoint.ts';
import type { RestoreOptions, RestoreResult, SetAside } from './options.ts';
import {
  checkSetAside,
  interruptedRun,
  NOTHING_DONE,
  openSetAside,
  optionalCheckpoint,
  warnIfLongAgo,
} from './resume.ts';
import { checkTargetItems, finishTable, foreseenDifferences, madeTable, planTarget, type Target } from './target.ts';
import { writeAction, writeFile } from './write.ts';

/**
 * Writes the items of a backup file to a table. Before anything is written the whole file is checked: against its
 * manifest, line by line, and each item's keys against the target's; and the target has to be empty unless
 * `existingItems` is given. Of items with the same key the last in the file is written, and no other. Records are not altered.
 * With `selection` only a part of them is written; the whole file is checked all the same.
 * With `changes` it applies an incremental export to a table as it was when the export begins.
 *
 * @throws HoldsChangesError, UnreadableFormatError, TableNotFoundError, TargetNotEmptyError, KeySchemaMismatchError, InvalidLineError, CorruptBackupError,
 *   ManifestError, FileError, StorageError, FileReplacedError, ConnectionError, AccessDeniedError, ThrottledError,
 *   RequestFailedError, ResumeMismatchError, TableReplacedError, InterruptedError
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { restoreTable } from '@cumulus/dynamodb/backup';
 *
 * const { items } = await restoreTable({
 *   client: createClient({ region: 'us-east-1' }),
 *   file: 'backups/prod-GranulesTable.json',
 *   table: 'new-GranulesTable',
 *   createTable: true,
 * });
 * ```
 */
export async function restoreTable(given: RestoreOptions): Promise<RestoreResult> {
  if (given.changes && given.selection !== undefined) throw new TypeError('Changes are applied as a whole.');
  // Changes are of items that are there.
  const options: RestoreOptions = given.changes ? { ...given, existingItems: 'overwrite', createTable: false } : given;
  const startedAt = new Date();
  const begun = performance.now();
  const { file, fileName: name, s3, identities, abortSignal } = options;
  const reader = await openBackup(file, { name, s3, identities, abortSignal });
  try {
    const planned = await planRestore(options, reader);
    const result = options.dryRun ? describePlan(planned) : await runPlanned(planned, startedAt);
    return { ...result, seconds: (performance.now() - begun) / 1000 };
  } catch (error) {
    throw await explainDynamoDBError(error, options.client, { action: writeAction(options), table: options.table });
  } finally {
    await reader.close();
  }
}

/** A restore that may begin: file and target are checked, and nothing is written. */
interface PlannedRestore {
  readonly options: RestoreOptions;
  readonly reader: BackupSource;
  readonly target: Target;
  readonly checked: CheckedFile;
  readonly checkpoint: Checkpoint<RestoreCheckpoint>;
  /** The run to be continued. */
  readonly interrupted: RestoreCheckpoint | undefined;
  /** Whether the table is made by this restore, or was by the run that it continues. */
  readonly created: boolean;
}

async function planRestore(options: RestoreOptions, reader: BackupSource): Promise<PlannedRestore> {
  const target = await planTarget(options, reader);
  const checkpoint = reader.checkpoint<RestoreCheckpoint>(restoreCheckpointName(options.table));
  await checkSetAside(options, checkpoint);
  const checked = await checkFile(options, reader, target.schema);
  const interrupted = await interruptedRun(options, checkpoint, checked, target.description);
  // A run that stopped before it knew its table has written nothing.
  if ((interrupted?.tableId ?? null) === null) await checkTargetItems(options, target.description, checkpoint);
  if (interrupted !== undefined) warnIfLongAgo(options, interrupted);
  const created = interrupted?.created ?? target.description === undefined;
  return { options, reader, target, checked, checkpoint, interrupted, created };
}

type Described = Omit<RestoreResult, 'seconds'>;

/** What is the same in the result of a restore and of a dry run. */
function describeInput(
  { options, reader, checked, interrupted, created }: PlannedRestore,
  setAsideLines: number,
): Pick<
  Described,
  | 'table'
  | 'file'
  | 'lines'
  | 'layout'
  | 'formats'
  | 'incomplete'
  | 'superseded'
  | 'bytes'
  | 'proved'
  | 'created'
  | 'resumed'
  | 'pointersToS3'
  | 'setAside'
  | 'chosen'
  | 'keysNotFound'
> {
  return {
    table: options.table,
    file: reader.name,
    lines: checked.items,
    layout: checked.layout,
    formats: checked.formats,
    incomplete: checked.incomplete,
    superseded: checked.superseded.size,
    bytes: checked.bytes,
    proved: reader.provable,
    created,
    resumed: interrupted !== undefined,
    pointersToS3: reader.pointersToS3,
    chosen: checked.chosen === undefined ? undefined : checked.wanted,
    keysNotFound: checked.notFound,
    setAside: describeSetAside(options, reader, checked, setAsideLines),
  };
}

function describePlan(planned: PlannedRestore): Described {
  const { target, checked, interrupted, created } = planned;
  const done = interrupted ?? NOTHING_DONE;
  const setAsideLines = (done.setAside?.lines ?? 0) + checked.refused.sizeAfter(done.line);
  const items = checked.wanted - done.written - done.skipped - setAsideLines;
  return {
    ...describeInput(planned, setAsideLines),
    dryRun: true,
    items,
    itemsThisRun: items,
    itemsBefore: done.written,
    deleted: checked.deletions === undefined ? undefined : checked.deletions - (done.deleted ?? 0),
    skipped: 0,
    notTaken: [],
    settings: created ? foreseenDifferences(target) : undefined,
  };
}

async function runPlanned(planned: PlannedRestore, now: Date): Promise<Described> {
  const { options, reader, target, checked, interrupted, created } = planned;
  const checkpoint = optionalCheckpoint(options, planned.checkpoint);
  const run = {
    // Those of earlier releases do not say when they began.
    startedAt: interrupted === undefined ? now.toISOString() : interrupted.startedAt,
    sha256: checked.sha256,
    created,
    existingItems: options.existingItems ?? 'refuse',
    selection: checked.digest,
  };
  const setAside = await openSetAside(options, interrupted);
  try {
    const begin: RestoreState = {
      ...(interrupted ?? NOTHING_DONE),
      setAside: setAside?.state ?? interrupted?.setAside,
    };
    if (interrupted === undefined) await checkpoint.save({ ...begin, ...run, tableId: target.description?.id ?? null });
    const table = await madeTable(options, target);
    if (target.description !== undefined) {
      requireSame(target.description, table, 'while the file was checked', ['Nothing was written.', ASK_AGAIN]);
    }
    const save = (state: RestoreState): Promise<void> => checkpoint.save({ ...state, ...run, tableId: table.id });
    await save(begin);
    const written = await writeFile({ options, reader, schema: target.schema, checked, interrupted, setAside, save });
    const setAsideLines = written.setAside?.lines ?? 0;
    if (written.written + written.skipped + setAsideLines !== checked.wanted) {
      throw new CorruptBackupError(
        `Of ${checked.wanted} items of ${reader.name} some were neither written nor left out.`,
      );
    }
    const soFar = `${written.written} items were written, perhaps not all of them to the table that is there now.`;
    const advice = [soFar, ADVICE_WHEN_REPLACED];
    const now = await findWithAnswer(options.client, options.table, options.abortSignal);
    requireSame(table, now?.description, 'during the restore', advice, 'start again');
    const finished = created ? await finishTable(options, table, target, now.answer) : { notTaken: [] };
    await checkpoint.remove();
    return {
      ...describeInput(planned, setAsideLines),
      items: written.written,
      itemsThisRun: written.written - begin.written,
      itemsBefore: begin.written,
      deleted: options.changes ? (written.deleted ?? 0) : undefined,
      skipped: written.skipped,
      ...finished,
    };
  } finally {
    await setAside?.close();
  }
}

const ADVICE_WHEN_REPLACED =
  'Restore again from the beginning, into a table that nobody deletes meanwhile: an empty one, or over its items.';
const ASK_AGAIN = 'Start again.';

function describeSetAside(
  { setAside: file }: RestoreOptions,
  reader: BackupSource,
  { firstRefused }: CheckedFile,
  lines: number,
): SetAside | undefined {
  if (file === undefined) return undefined;
  const first = firstRefused.list.map(({ line, problem }) => ({ ...reader.placeOf(line), problem }));
  return { file: lines === 0 ? undefined : file, lines, first };
}
