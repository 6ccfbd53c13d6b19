import { setTimeout as sleep } from 'node:timers/promises';
import { backUpTable } from '../../backup/back-up/back-up.ts';
import { LeaseHeldError } from '../../storage/errors.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StreamArchive } from '../read/stream-archive.ts';
import { isBaseOf, readTableArchive } from '../read/table-archive.ts';
import type { FollowEvent, FollowOptions } from './options.ts';

/** After how long it is looked again whether another follower has made a base, or opened a shard; in milliseconds. */
const ASK_AGAIN_AFTER = 2_000;

interface BaseJob {
  readonly storage: Storage;
  readonly options: FollowOptions;
  readonly label: string;
  readonly settle: number;
  /** Whether it is known of each shard that is read now if changes are missing. */
  readonly isSettled: () => boolean;
  readonly abortSignal: AbortSignal;
  readonly onEvent: (event: FollowEvent) => void;
}

/**
 * Makes a base, unless there is one that the stream's changes belong to. It begins once all shards are archived that the stream has, and
 * later than the last gap by the time in which a change may come late.
 * @returns the base's path or URL; undefined if there was one
 */
export async function ensureBase(job: BaseJob): Promise<string | undefined> {
  const { storage, options, label, settle, abortSignal, onEvent } = job;
  const { client, table, archive: directory, s3, maxReadUnits } = options;
  for (;;) {
    const { streams, bases } = await readTableArchive(storage, table, abortSignal);
    const stream = streams.find((each) => each.stream.label === label);
    const isOpen = stream !== undefined && job.isSettled() && isWhollyOpen(stream);
    const startsAt = isOpen ? startOf(stream, settle) : undefined;
    if (stream !== undefined && startsAt !== undefined) {
      if (bases.some((base) => isBaseOf(base, stream))) return undefined;
      if (startsAt <= Date.now()) {
        onEvent({ kind: 'base begun', table });
        try {
          const made = await backUpTable({
            ...{ client, table, directory, s3, maxReadUnits, abortSignal },
            ...{ dated: true, gzip: true, consistent: true, resume: false },
          });
          onEvent({ kind: 'base made', table, file: made.file, items: made.items });
          return made.file;
        } catch (error) {
          // Another follower makes one.
          if (!(error instanceof LeaseHeldError)) throw error;
        }
      }
    }
    const wait = startsAt === undefined ? ASK_AGAIN_AFTER : Math.max(startsAt - Date.now(), 0);
    await sleep(Math.min(Math.max(wait, 100), ASK_AGAIN_AFTER), undefined, { signal: abortSignal });
  }
}

/** Whether the archive of each shard of the stream has begun, or begins with the end of its parent. */
function isWhollyOpen({ shards, present = [] }: StreamArchive): boolean {
  const archived = new Set(shards.filter(({ head }) => head !== undefined).map(({ id }) => id));
  const listed = new Set(present.map(({ id }) => id));
  const isOpen = ({ id, parentId }: { readonly id: string; readonly parentId: string | undefined }): boolean =>
    archived.has(id) || (parentId !== undefined && (listed.has(parentId) || archived.has(parentId)));
  return present.length > 0 && present.every(isOpen);
}

/** When a base may begin, in milliseconds since 1970: after all gaps, whatever the clocks. */
function startOf({ gaps }: StreamArchive, settle: number): number {
  return Math.max(0, ...gaps.map(({ until }) => Date.parse(until))) + settle + 1;
}
