import { randomUUID } from 'node:crypto';
import { conditions, getItems, MAX_TRANSACTION_WRITES, type PlainItem, type Update, writeIf } from '@cumulus/dynamodb';
import { PENDING_FILES } from '../models/granules.ts';
import type { FileRecord } from '../schemas/file.ts';
import type { Granule } from '../schemas/granule.ts';
import type { FileChange, FileKey } from './file-claims.ts';
import { PRECEDENCE_FIELDS, precedence } from './precedence.ts';
import { type Recorded, type RecordingTarget, unchanged } from './target.ts';
import { filesOf, writeWithFiles } from './write-with-files.ts';

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

/** What records a granule: the write of its own, and what it says of files. */
export interface GranulePlan {
  readonly update: Update;
  /** Files that it lists, and files that it lists no longer. */
  readonly listed: readonly FileChange[];
  readonly released: readonly FileChange[];
}

/**
 * Records a granule and its files, unless an event that counts more was recorded already. Granule and files are written
 * in one transaction. If they are more than fit into one, the granule keeps note of it ({@link PENDING_FILES}), so that
 * whoever records it next ends what a killed process began.
 */
export async function recordGranule(target: RecordingTarget, recorded: GranuleWithFiles): Promise<Recorded> {
  for (;;) {
    const current = await readGranules(target, [recorded]);
    const plan = planGranule(target, recorded, current.get(recorded.granule.granuleId));
    if (plan === undefined) return 'superseded';
    const files = [...plan.listed, ...plan.released];
    const done =
      files.length < MAX_TRANSACTION_WRITES
        ? await writeWithFiles(target, plan.update, files)
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
  const order = current === undefined ? 1 : precedence(granule, current);
  if (order < 0 || (order === 0 && current?.[PENDING_FILES] === undefined)) return undefined;
  const listed = new Set(files.map(identityOf));
  const before = new Map(filesOf(current).map((file): [string, FileKey] => [identityOf(file), file]));
  const stale = [...before.values()].filter((file) => !listed.has(identityOf(file)));
  const remove = current === undefined ? [] : [...TOLD.filter((field) => set[field] === undefined), PENDING_FILES];
  return {
    update: {
      kind: 'update',
      table: tableName('GranulesTable'),
      key: { granuleId },
      changes: { set, remove },
      conditions: unchanged('granuleId', [...PRECEDENCE_FIELDS, 'updatedAt', PENDING_FILES], current),
    },
    listed: files.map((file): FileChange => ({ kind: 'list', file })),
    released: stale.map((file): FileChange => ({ kind: 'release', file, granuleId })),
  };
}

function identityOf({ bucket, key }: FileKey): string {
  return JSON.stringify([bucket, key]);
}

/**
 * Records a granule with more files than a transaction takes, in several, each only while the granule is still this
 * recording's. What the granule listed before is released while its record still says so; so a killed process leaves
 * nothing that its record does not tell.
 */
async function writeInParts(
  target: RecordingTarget,
  { granule }: GranuleWithFiles,
  { update, listed, released }: GranulePlan,
): Promise<boolean> {
  const { client } = target;
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
    if (!(await writeIf(client, { ...update, changes: { set: { [PENDING_FILES]: pending } } })).done) return false;
    if (!(await inParts(released))) return false;
    seen = own.conditions;
  }
  if (!(await writeIf(client, { ...update, changes: record, conditions: seen })).done) return false;
  if (!(await inParts(listed))) return false;
  return (await writeIf(client, { kind: 'update', ...own, changes: { remove: [PENDING_FILES] } })).done;
}
