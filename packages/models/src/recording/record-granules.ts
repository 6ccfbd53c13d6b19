import { forEachAtOnce, RequestFailedError } from '@cumulus/dynamodb/aws';
import { MAX_TRANSACTION_WRITES, type Write, writeTogether } from '@cumulus/dynamodb/items';
import { RecordOfAnotherError } from '../errors.ts';
import { writeIfAlone } from './file-owners.ts';
import { type GranulePlan, type GranuleWithFiles, planGranule, readGranules, recordGranule } from './record-granule.ts';
import type { Recorded, RecordingTarget } from './recording-target.ts';

/** Transactions under way at once. */
const CONCURRENCY = 4;

/** DynamoDB's limit on a transaction's size is 4 MB; a record's JSON is not much shorter than what counts. */
const MAX_TRANSACTION_BYTES = 3_000_000;

/** A granule that could not be recorded, and why. */
export interface GranuleFailure {
  readonly granuleId: string;
  readonly error: Error;
}

/** The outcome of recording the granules of a message. */
export interface GranulesRecorded {
  /** Ids in the order of the message. */
  readonly written: readonly string[];
  readonly superseded: readonly string[];
  readonly failed: readonly GranuleFailure[];
}

/**
 * Records the granules of a message with their files, several in each transaction. One that DynamoDB refuses, or that
 * belongs to another collection, stops no other.
 * @throws what concerns all of them: no connection, no permission, no table, no capacity
 */
export async function recordGranules(
  target: RecordingTarget,
  granules: readonly GranuleWithFiles[],
): Promise<GranulesRecorded> {
  const current = await readGranules(target, granules);
  const outcomes = new Map<GranuleWithFiles, Recorded | Error>();
  const planned: Planned[] = [];
  for (const recorded of granules) {
    const plan = planGranule(target, recorded, current.get(recorded.granule.granuleId));
    if (plan === undefined) outcomes.set(recorded, 'superseded');
    else if (plan instanceof Error) outcomes.set(recorded, plan);
    else planned.push({ recorded, plan });
  }
  const groups = groupsOf(planned);
  await forEachAtOnce(groups, CONCURRENCY, undefined, async (group) => {
    for (const [recorded, outcome] of await recordGroup(target, group)) outcomes.set(recorded, outcome);
  });
  const idsOf = (wanted: Recorded): readonly string[] =>
    granules.filter((recorded) => outcomes.get(recorded) === wanted).map(({ granule }) => granule.granuleId);
  return {
    written: idsOf('written'),
    superseded: idsOf('superseded'),
    failed: granules.flatMap((recorded) => {
      const error = outcomes.get(recorded);
      return error instanceof Error ? [{ granuleId: recorded.granule.granuleId, error }] : [];
    }),
  };
}

interface Planned {
  readonly recorded: GranuleWithFiles;
  readonly plan: GranulePlan;
}

/** Groups granules into transactions. A transaction cannot write an item twice. */
function groupsOf(planned: readonly Planned[]): Planned[][] {
  const groups: { readonly members: Planned[]; readonly items: Set<string>; bytes: number }[] = [];
  for (const member of planned) {
    const items = itemsOf(member);
    const bytes = JSON.stringify(member.recorded).length;
    const last = groups.at(-1);
    const fits =
      last !== undefined &&
      last.items.size + items.length <= MAX_TRANSACTION_WRITES &&
      last.bytes + bytes <= MAX_TRANSACTION_BYTES &&
      items.every((item) => !last.items.has(item));
    if (fits) {
      last.members.push(member);
      for (const item of items) last.items.add(item);
      last.bytes += bytes;
    } else groups.push({ members: [member], items: new Set(items), bytes });
  }
  return groups.map(({ members }) => members);
}

/** What identifies each item that is written. */
function itemsOf({ recorded, plan }: Planned): readonly string[] {
  const files = [...plan.listed, ...plan.released].map(({ file: { bucket, key } }) => JSON.stringify([bucket, key]));
  return [JSON.stringify([recorded.granule.granuleId]), ...files];
}

function writesOf({ plan }: Planned, table: string): readonly Write[] {
  return [plan.update, ...[...plan.listed, ...plan.released].map((change) => writeIfAlone(table, change))];
}

/** Records a group in one transaction. If that fails, it records each granule by itself. */
async function recordGroup(
  target: RecordingTarget,
  group: readonly Planned[],
): Promise<readonly (readonly [GranuleWithFiles, Recorded | Error])[]> {
  const outcomes: (readonly [GranuleWithFiles, Recorded | Error])[] = [];
  const table = target.tableName('FilesTable');
  const writes = group.flatMap((member) => writesOf(member, table));
  if (writes.length <= MAX_TRANSACTION_WRITES) {
    const done = await writeTogether(target.client, writes).then((outcome) => outcome.done, refusedFor(false));
    if (done) return group.map(({ recorded }) => [recorded, 'written']);
  }
  for (const { recorded } of group) {
    const outcome = await recordGranule(target, recorded).catch((error: unknown) => refusedFor(error as Error)(error));
    outcomes.push([recorded, outcome]);
  }
  return outcomes;
}

/** Gives a value for an error of one record alone; throws an error that concerns all records. */
function refusedFor<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof RecordOfAnotherError) return value;
    const cause = error instanceof RequestFailedError ? error.cause : undefined;
    if (!(cause instanceof Error && OWN.has(cause.name))) throw error;
    return value;
  };
}

/** The names of DynamoDB's errors for a request that it never takes. */
const OWN = new Set([
  'ItemCollectionSizeLimitExceededException',
  'TransactionCanceledException',
  'ValidationException',
]);
