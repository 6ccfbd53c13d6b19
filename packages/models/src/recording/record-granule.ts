import { randomUUID } from 'node:crypto';
import { backoffOf } from '@cumulus/dynamodb/aws';
import {
  type Condition,
  conditions,
  getItemsCoalesced,
  MAX_TRANSACTION_WRITES,
  type PlainItem,
  type Update,
  writeIf,
} from '@cumulus/dynamodb/items';
import { granuleOfAnother, RecordOfAnotherError } from '../errors.ts';
import { PENDING_FILES } from '../models/granules.ts';
import { LASTING_RUN } from '../models/lasting-run.ts';
import type { FileRecord } from '../schemas/file.ts';
import type { Granule } from '../schemas/granule.ts';
import { MAX_ITEM_BYTES, storedSize } from '../schemas/storage-limits.ts';
import { type FileChange, type FileKey, placeOf } from './file-owners.ts';
import { changesOfRun, type FieldsOfRuns, type RunChanges } from './lasting-fields.ts';
import { PRECEDENCE_FIELDS } from './precedence.ts';
import { isPublished } from './published.ts';
import { type Recorded, type RecordingTarget, unchanged } from './recording-target.ts';
import { filesOf, writeWithFiles } from './write-with-files.ts';

/**
 * Fields that change with each run, and fields that last. Provider and PDR say where the files came from, so they last as
 * the files do: a run without them, such as another workflow on an archived granule, does not remove them.
 */
export const FIELDS: FieldsOfRuns = {
  current: [
    'collectionId',
    'status',
    'execution',
    'error',
    'timeToPreprocess',
    'timeToArchive',
    'processingStartDateTime',
    'processingEndDateTime',
    'redriveCount',
    'duration',
    'timestamp',
    'createdAt',
    'updatedAt',
  ],
  lasting: [
    'files',
    'published',
    'cmrLink',
    'productVolume',
    'pdrName',
    'provider',
    // Of the data, as the metadata file among the files has them.
    'beginningDateTime',
    'endingDateTime',
    'productionDateTime',
    'lastUpdateDateTime',
  ],
  isOutside: (record) => isPublished(record) || typeof record['cmrLink'] === 'string',
  listsFiles: ({ files }) => Array.isArray(files) && files.length > 0,
  canBeSetToRunning: true,
};

/** The attributes that show whether a granule is as it was read. */
export const SEEN_OF_GRANULE = [...PRECEDENCE_FIELDS, 'updatedAt', LASTING_RUN, PENDING_FILES] as const;

/** A granule and the records of its files. */
export interface GranuleWithFiles {
  readonly granule: Granule;
  readonly files: readonly FileRecord[];
}

/** The writes that record a granule: its own, and those of its files. */
export interface GranulePlan {
  readonly update: Update;
  /** Files that it lists, and files that it lists no longer. */
  readonly listed: readonly FileChange[];
  readonly released: readonly FileChange[];
}

/**
 * Records a granule and its files, as far as no event that counts more was recorded already. Granule and files are written
 * in one transaction. If one cannot hold them all, the granule has a note ({@link PENDING_FILES}), and the next recording
 * of its files completes what a killed process began.
 * @throws RecordOfAnotherError where the granule is one of another collection
 */
export async function recordGranule(target: RecordingTarget, recorded: GranuleWithFiles): Promise<Recorded> {
  const backoff = await backoffOf(target.client);
  for (;;) {
    const current = await readGranules(target, [recorded]);
    const plan = planGranule(target, recorded, current.get(recorded.granule.granuleId));
    if (plan === undefined) return 'superseded';
    if (plan instanceof RecordOfAnotherError) throw plan;
    const files = [...plan.listed, ...plan.released];
    const done =
      files.length < MAX_TRANSACTION_WRITES
        ? await writeWithFiles(target, plan.update, files)
        : await writeInParts(target, recorded, plan);
    if (done) return 'written';
    // Recordings in parts interrupt each other. Without random waits none might finish.
    await backoff.wait();
  }
}

/** The granules as they are in the table, by their ids; read strongly consistent. */
export async function readGranules(
  { client, tableName }: RecordingTarget,
  recorded: readonly GranuleWithFiles[],
): Promise<ReadonlyMap<unknown, PlainItem>> {
  const keys = recorded.map(({ granule: { granuleId } }) => ({ granuleId }));
  const items = await getItemsCoalesced({ client, table: tableName('GranulesTable') }, keys);
  return new Map(items.map((item): [unknown, PlainItem] => [item['granuleId'], item]));
}

/** The writes that record a granule; undefined if there are none; an error if it belongs to another collection. */
export function planGranule(
  { tableName }: RecordingTarget,
  { granule, files }: GranuleWithFiles,
  current: PlainItem | undefined,
): GranulePlan | RecordOfAnotherError | undefined {
  const { granuleId, collectionId } = granule;
  const held = current?.['collectionId'] ?? collectionId;
  if (held !== collectionId) return granuleOfAnother(granuleId, String(held), collectionId);
  const changes = changesOfRun(FIELDS, { ...granule }, current, current?.[PENDING_FILES] !== undefined);
  if (changes === undefined) return undefined;
  const { isLasting } = changes;
  const { set, remove } = withoutErrorBeyondLimit(changes);
  const listed = new Set(files.map(placeOf));
  const before = new Map(filesOf(current).map((file): [string, FileKey] => [placeOf(file), file]));
  const stale = [...before.values()].filter((file) => !listed.has(placeOf(file)));
  return {
    update: {
      kind: 'update',
      table: tableName('GranulesTable'),
      key: { granuleId },
      changes: { set, remove: isLasting && current !== undefined ? [...remove, PENDING_FILES] : remove },
      conditions: unchanged('granuleId', SEEN_OF_GRANULE, current),
    },
    listed: isLasting ? files.map((file): FileChange => ({ kind: 'list', file })) : [],
    released: isLasting ? stale.map((file): FileChange => ({ kind: 'release', file, granuleId })) : [],
  };
}

/** Drops the error if an item cannot hold it and the files. The execution has the error too. */
function withoutErrorBeyondLimit({ set, remove, after }: RunChanges): Pick<RunChanges, 'set' | 'remove'> {
  if (after['error'] === undefined || storedSize(after) <= MAX_ITEM_BYTES) return { set, remove };
  const { error: _, ...others } = set;
  return { set: others, remove: [...remove, 'error'] };
}

/**
 * Records a granule with more files than a transaction takes, in several transactions. Each is conditional on the
 * granule's note of this recording. Files that the granule no longer lists are released while its record still lists
 * them, so a killed process leaves nothing that the record does not show.
 */
async function writeInParts(
  target: RecordingTarget,
  { granule }: GranuleWithFiles,
  { update, listed, released }: GranulePlan,
): Promise<boolean> {
  const write = async (one: Update): Promise<boolean> =>
    (await writeIf(target.client, one, { returnsItem: false })).done;
  const pending = { by: randomUUID() };
  const own = {
    table: update.table,
    key: { granuleId: granule.granuleId },
    conditions: [conditions.equals(PENDING_FILES, pending)],
  };
  const inParts = async (changes: readonly FileChange[]): Promise<boolean> => {
    for (let start = 0; start < changes.length; start += MAX_TRANSACTION_WRITES - 1) {
      const part = changes.slice(start, start + MAX_TRANSACTION_WRITES - 1);
      if (!(await writeWithFiles(target, { kind: 'check', ...own }, part))) return false;
    }
    return true;
  };
  const { set, remove = [] } = update.changes;
  const kept = remove.filter((field) => field !== PENDING_FILES);
  const record = { set: { ...set, [PENDING_FILES]: pending }, remove: kept };
  let seen = update.conditions;
  if (released.length > 0) {
    if (!(await write({ ...update, changes: { set: { [PENDING_FILES]: pending } } }))) return false;
    if (!(await inParts(released))) return false;
    // A run that changes no files may have been recorded meanwhile.
    seen = [...own.conditions, ...update.conditions.filter((condition) => !isOnPendingFiles(condition))];
  }
  if (!(await write({ ...update, changes: record, conditions: seen }))) return false;
  if (!(await inParts(listed))) return false;
  return write({ kind: 'update', ...own, changes: { remove: [PENDING_FILES] } });
}

function isOnPendingFiles(condition: Condition): boolean {
  return 'attribute' in condition && condition.attribute === PENDING_FILES;
}
