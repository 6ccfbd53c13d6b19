import { randomUUID } from 'node:crypto';
import {
  type Check,
  type Condition,
  conditions,
  type Delete,
  getItems,
  MAX_TRANSACTION_WRITES,
  type PlainItem,
  type Put,
  type Update,
  writeIf,
  writeTogether,
} from '@cumulus/dynamodb';
import { PENDING_FILES } from '../models/granules.ts';
import type { FileRecord } from '../schemas/file.ts';
import type { Granule } from '../schemas/granule.ts';
import { PRECEDENCE_FIELDS, precedence } from './precedence.ts';
import { type Recorded, type RecordingTarget, unchanged } from './target.ts';

/** The fields that an event says all about: what it does not have is removed. */
const TOLD = [
  'pdrName',
  'collectionId',
  'status',
  'provider',
  'execution',
  'cmrLink',
  'files',
  'error',
  'published',
  'productVolume',
  'timeToPreprocess',
  'timeToArchive',
  'processingStartDateTime',
  'processingEndDateTime',
  'redriveCount',
  'duration',
  'timestamp',
  'createdAt',
  'updatedAt',
] as const;

/** A granule and the records of its files. */
export interface GranuleWithFiles {
  readonly granule: Granule;
  readonly files: readonly FileRecord[];
}

/** What {@link PENDING_FILES} holds. */
interface PendingFiles {
  /** Whose recording it is. */
  readonly by: string;
  /** Files that the granule had before. */
  readonly stale: readonly FileKey[];
}

interface FileKey {
  readonly bucket: string;
  readonly key: string;
}

/** The writes that record a granule: the granule's own first, then those of its files. */
export interface GranulePlan {
  readonly update: Update;
  readonly files: readonly (Put | Delete)[];
  /** The files that are no longer the granule's. */
  readonly stale: readonly FileKey[];
}

/**
 * Records a granule and its files, unless an event that counts more was recorded already. Granule and files are written
 * in one transaction. If they are more than fit into one, the granule keeps note of what is left to do
 * ({@link PENDING_FILES}), so that whoever records it next can end what a killed process began.
 */
export async function recordGranule(target: RecordingTarget, recorded: GranuleWithFiles): Promise<Recorded> {
  const { client } = target;
  for (;;) {
    const current = await readGranules(target, [recorded]);
    const plan = planGranule(target, recorded, current.get(recorded.granule.granuleId));
    if (plan === undefined) return 'superseded';
    const done =
      plan.files.length < MAX_TRANSACTION_WRITES
        ? await writeUnlessOwned(client, plan.update, plan.files)
        : await writeInParts(target, recorded, plan);
    if (done) return 'written';
  }
}

/** The granules as they are in the table, by their ids; read strongly consistent. */
export async function readGranules(
  { client, tableName }: RecordingTarget,
  recorded: readonly GranuleWithFiles[],
): Promise<ReadonlyMap<unknown, PlainItem>> {
  const keys = recorded.map(({ granule: { granuleId } }) => ({ granuleId }));
  const items = await getItems({ client, table: tableName('GranulesTable'), consistent: true }, keys);
  return new Map(items.map((item): [unknown, PlainItem] => [item['granuleId'], item]));
}

/** What has to be written to record a granule; undefined for nothing. */
export function planGranule(
  { tableName }: RecordingTarget,
  { granule, files }: GranuleWithFiles,
  current: PlainItem | undefined,
): GranulePlan | undefined {
  const { granuleId, ...set } = granule;
  const pending = current?.[PENDING_FILES] as PendingFiles | undefined;
  const order = current === undefined ? 1 : precedence(granule, current);
  if (order < 0 || (order === 0 && pending === undefined)) return undefined;
  const listed = new Set(files.map(identityOf));
  const before = [...filesOf(current), ...(pending?.stale ?? [])];
  const stale = [...new Map(before.map((file): [string, FileKey] => [identityOf(file), file])).values()].filter(
    (file) => !listed.has(identityOf(file)),
  );
  const remove = current === undefined ? [] : [...TOLD.filter((field) => set[field] === undefined), PENDING_FILES];
  const table = tableName('FilesTable');
  return {
    update: {
      kind: 'update',
      table: tableName('GranulesTable'),
      key: { granuleId },
      changes: { set, remove },
      conditions: unchanged('granuleId', [...PRECEDENCE_FIELDS, 'updatedAt', PENDING_FILES], current),
    },
    files: [
      ...files.map((item): Put => ({ kind: 'put', table, item: { ...item }, conditions: [mayTake(item)] })),
      ...stale.map(
        ({ bucket, key }): Delete => ({
          kind: 'delete',
          table,
          key: { bucket, key },
          conditions: [conditions.anyOf(conditions.absent('bucket'), conditions.equals('granuleId', granuleId))],
        }),
      ),
    ],
    stale,
  };
}

/** The files of a granule's record that have a place in S3. */
function filesOf(granule: PlainItem | undefined): readonly FileKey[] {
  const files = granule?.['files'];
  if (!Array.isArray(files)) return [];
  return (files as readonly Partial<FileKey>[]).flatMap(({ bucket, key }) => (bucket && key ? [{ bucket, key }] : []));
}

function identityOf({ bucket, key }: FileKey): string {
  return JSON.stringify([bucket, key]);
}

/** A file is of one granule: of two that name it, the one whose workflow started later has it, then the greater id. */
function mayTake({ granuleId, createdAt }: FileRecord): Condition {
  return conditions.anyOf(
    conditions.absent('bucket'),
    conditions.equals('granuleId', granuleId),
    conditions.less('createdAt', createdAt),
    conditions.allOf(conditions.equals('createdAt', createdAt), conditions.less('granuleId', granuleId)),
  );
}

/**
 * Writes a granule, or a condition on it, together with files, leaving out those that are another granule's by now.
 * @returns false if the granule is no longer what was read
 */
async function writeUnlessOwned(
  client: RecordingTarget['client'],
  granule: Update | Check,
  files: readonly (Put | Delete)[],
): Promise<boolean> {
  let left = files;
  for (;;) {
    const outcome = await writeTogether(client, [granule, ...left]);
    if (outcome.done) return true;
    const failed = new Set(outcome.failed.map(({ index }) => index));
    if (failed.has(0)) return false;
    left = left.filter((_, index) => !failed.has(index + 1));
  }
}

/** Writes a granule, then its files in several transactions, each only while the granule is still this recording's. */
async function writeInParts(
  target: RecordingTarget,
  { granule }: GranuleWithFiles,
  plan: GranulePlan,
): Promise<boolean> {
  const { client } = target;
  const pending: PendingFiles = { by: randomUUID(), stale: plan.stale };
  const { set, remove = [] } = plan.update.changes;
  const noted = {
    set: { ...set, [PENDING_FILES]: pending },
    remove: remove.filter((field) => field !== PENDING_FILES),
  };
  if (!(await writeIf(client, { ...plan.update, changes: noted })).done) return false;
  const own = {
    table: plan.update.table,
    key: { granuleId: granule.granuleId },
    conditions: [conditions.equals(PENDING_FILES, pending)],
  };
  for (let start = 0; start < plan.files.length; start += MAX_TRANSACTION_WRITES - 1) {
    const part = plan.files.slice(start, start + MAX_TRANSACTION_WRITES - 1);
    if (!(await writeUnlessOwned(client, { kind: 'check', ...own }, part))) return false;
  }
  return (await writeIf(client, { kind: 'update', ...own, changes: { remove: [PENDING_FILES] } })).done;
}
