import { clockDifference } from '../../aws/clock.ts';
import { pause } from '../../aws/pause.ts';
import { backUpTable } from '../../backup/back-up/back-up.ts';
import { LeaseHeldError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import type { Storage } from '../../storage/storage.ts';
import { BaseTooLargeError, ClockDiffersError } from '../errors.ts';
import { followName } from '../format/names.ts';
import type { StreamArchive } from '../read/stream-archive.ts';
import { hasStart, readTableArchive } from '../read/table-archive.ts';
import type { FollowEvent, FollowOptions } from './options.ts';

/** After how long it is looked again whether another follower has made a base, or opened a shard; in milliseconds. */
const ASK_AGAIN_AFTER = 2_000;
const MIN_WAIT = 100;

interface BaseJob {
  readonly storage: Storage;
  readonly options: FollowOptions;
  readonly label: string;
  readonly settle: number;
  /** The table's size in bytes, as DynamoDB estimates it. */
  readonly tableBytes: number;
  /** Whether it is known of each shard that is read now if changes are missing. */
  readonly isSettled: () => boolean;
  readonly abortSignal: AbortSignal;
  readonly onEvent: (event: FollowEvent) => void;
}

/**
 * Makes a base, unless there is one that the stream's changes belong to. It begins once all shards are archived that the stream has, and
 * later than the last gap by the time in which a change may come late.
 * @returns the base's path or URL; undefined if there was one, or the table is too large for one
 */
export async function ensureBase(job: BaseJob): Promise<string | undefined> {
  for (;;) {
    const { isThere, startsAt } = await lookForBase(job);
    if (isThere) return undefined;
    const tooLarge = sizeProblemOf(job);
    if (startsAt !== undefined && tooLarge !== undefined) {
      job.onEvent({ kind: 'base failed', table: job.options.table, error: tooLarge });
      return undefined;
    }
    if (startsAt !== undefined && startsAt <= Date.now()) {
      const made = await makeBase(job);
      if (made !== 'made by another') return made;
    }
    const wait = startsAt === undefined ? ASK_AGAIN_AFTER : startsAt - Date.now();
    await pause(Math.min(Math.max(wait, MIN_WAIT), ASK_AGAIN_AFTER), job.abortSignal);
  }
}

function sizeProblemOf({ options, tableBytes }: BaseJob): BaseTooLargeError | undefined {
  const { table, maxBaseBytes = Number.POSITIVE_INFINITY } = options;
  return tableBytes >= maxBaseBytes ? new BaseTooLargeError(table, tableBytes, maxBaseBytes) : undefined;
}

interface FoundBase {
  readonly isThere: boolean;
  /** From when on a base may begin, in milliseconds since 1970; undefined while it is not known. */
  readonly startsAt: number | undefined;
}

async function lookForBase({ storage, options, label, settle, isSettled, abortSignal }: BaseJob): Promise<FoundBase> {
  const archive = await readTableArchive(storage, options.table, abortSignal);
  const stream = archive.streams.find((each) => each.stream.label === label);
  if (stream === undefined || !isSettled() || !isWhollyOpen(stream)) return { isThere: false, startsAt: undefined };
  return { isThere: hasStart(archive, stream), startsAt: startOf(stream, settle) };
}

/** A lease on the right to make it, since two backups of different times are two bases. */
async function makeBase(job: BaseJob): Promise<string | 'made by another'> {
  const { storage, options, label, settle, abortSignal, onEvent } = job;
  const { client, table, archive: directory, s3, recipients, maxReadUnits } = options;
  let lease: Lease | undefined;
  try {
    lease = await storage.lease(followName({ table, label, shard: 'base' }));
    if ((await lookForBase(job)).isThere) return 'made by another';
    const difference = await clockDifference(client, table, abortSignal);
    // The other half of the margin is for changes that come late.
    if (Math.abs(difference) > settle / 2) throw new ClockDiffersError(table, difference);
    onEvent({ kind: 'base begun', table });
    const made = await backUpTable({
      ...{ client, table, directory, s3, recipients, maxReadUnits, abortSignal },
      ...{ dated: true, gzip: true, consistent: true, resume: false },
    });
    onEvent({ kind: 'base made', table, file: made.file, items: made.items });
    return made.file;
  } catch (error) {
    if (!(error instanceof LeaseHeldError)) throw error;
    return 'made by another';
  } finally {
    await lease?.release();
  }
}

/** Whether the archive of each shard of the stream has begun, begins with the end of its parent, or was not to be kept. */
function isWhollyOpen({ shards, present = [], pruned }: StreamArchive): boolean {
  const begun = shards.filter(({ head }) => head !== undefined).map(({ id }) => id);
  const archived = new Set([...begun, ...(pruned?.shards ?? [])]);
  const listed = new Set(present.map(({ id }) => id));
  const isOpen = ({ id, parentId }: { readonly id: string; readonly parentId: string | undefined }): boolean =>
    archived.has(id) || (parentId !== undefined && (listed.has(parentId) || archived.has(parentId)));
  return present.length > 0 && present.every(isOpen);
}

/** When a base may begin, in milliseconds since 1970: after all gaps, whatever the clocks. */
function startOf({ gaps }: StreamArchive, settle: number): number {
  return Math.max(0, ...gaps.map(({ until }) => Date.parse(until))) + settle + 1;
}
