import { isNativeError } from 'node:util/types';
import type { AwsError } from '../aws/classify-error.ts';
import { retryThrottled } from '../aws/retry-policy.ts';
import { StoppedError } from '../backup/errors.ts';
import type { Progress, ProgressListener, WaitProgress } from '../items/progress.ts';
import { waitUntil } from './wait-until.ts';

/*
 * Work that AWS does by itself once it is started: a restore, a backup, an export, an import. It takes minutes or
 * hours, goes on when this process ends, and is found again in AWS. Each kind has a folder with the same files. A
 * restore to a time and one from a backup end alike, so restore/ has their describe and finish, and a folder for the
 * rest of each.
 *
 * - find: the work that an earlier call started, by what AWS says of it. Nothing is noted on disk.
 * - plan: everything that could refuse it is checked, nothing is changed. What was found is in `started`.
 * - start: one request, unless it was started before.
 * - finish: wait for its end, and check what it made.
 * - describe: how it stands.
 */

/** What was left untouched when work was refused. */
export const NOTHING_STARTED = 'Nothing was started or changed.';

/** How long AWS may know nothing of work that was started, in milliseconds. */
const MAX_UNSEEN = 60_000;

/** A plan whose work is under way. */
export type Started<Planned extends { readonly started?: unknown }> = Planned & {
  readonly started: NonNullable<Planned['started']>;
};

/** How one kind of work is started. */
export interface WorkToStart<Started> {
  /** What an earlier call started: then nothing is sent. */
  readonly started: Started | undefined;
  /** Sends the request. */
  readonly request: () => Promise<Started>;
  /** Turns what the SDK threw into an error for a person. */
  readonly explain: (thrown: unknown) => Promise<unknown>;
  /** Whether AWS takes the request a little later; throttling unless given. */
  readonly passes?: ((thrown: unknown) => boolean) | undefined;
  /**
   * For requests without a client token. When an answer is lost, the SDK sends the request again, and AWS refuses it with
   * this error because the work is under way.
   */
  readonly whenLost?: { readonly error: string; readonly find: () => Promise<Started | undefined> } | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Starts work, unless it was started before. A refusal that passes is outlasted for five minutes.
 * @returns what identifies the work in AWS
 * @throws what `explain` makes of an error
 */
export async function startWork<Started>(work: WorkToStart<Started>): Promise<Started> {
  if (work.started !== undefined) return work.started;
  try {
    return await retryThrottled(work.request, work.abortSignal, undefined, work.passes);
  } catch (thrown) {
    const { whenLost } = work;
    const isOwn =
      whenLost !== undefined && isNativeError(thrown) && thrown.name === whenLost.error && wasRepeated(thrown);
    const own = isOwn ? await whenLost.find() : undefined;
    if (own !== undefined) return own;
    throw await work.explain(thrown);
  }
}

/** Whether the SDK had sent a request before, so that AWS may have carried it out already. */
export function wasRepeated(thrown: unknown): boolean {
  return ((thrown as AwsError).$metadata?.attempts ?? 1) > 1;
}

/** How to wait for work, and what to say if the wait is stopped. */
export interface FinishOptions<Reported extends Progress = WaitProgress> {
  /** How the work is finished later, a sentence each; part of the error if the wait is stopped. */
  readonly advice: readonly string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<Reported> | undefined;
}

/** Work that was started. */
export interface WorkUnderWay<State> {
  /** For progress and errors: a table's name, `the export of prod-UsersTable`. */
  readonly name: string;
  /** Asks AWS for its state; undefined where AWS does not know it, as for a short time after the start. */
  readonly describe: () => Promise<State | undefined>;
  readonly isOver: (state: State) => boolean;
  /** For progress: `CREATING`. */
  readonly stateOf: (state: State) => string;
  /** The error where AWS does not know the work any more; not needed where `describe` throws it. */
  readonly gone?: (() => Error) | undefined;
}

/**
 * Waits until AWS has ended the work, well or not; the caller checks which.
 * @returns how it ended
 * @throws InterruptedError, StoppedError, both with the advice; what `gone` makes; what `describe` throws
 */
export async function finishWork<State>(
  {
    name,
    describe,
    isOver,
    stateOf,
    gone = () => new StoppedError(`AWS knows nothing of ${name}.`),
  }: WorkUnderWay<State>,
  { advice, abortSignal, onProgress }: FinishOptions,
): Promise<State> {
  const startedAt = performance.now();
  let wasSeen = false;
  const ended = await waitUntil({
    table: name,
    look: describe,
    isOver: (state) => {
      if (state !== undefined) wasSeen = true;
      else if (wasSeen || performance.now() - startedAt > MAX_UNSEEN) throw gone();
      return state !== undefined && isOver(state);
    },
    stateOf: (state) => (state === undefined ? 'not there yet' : stateOf(state)),
    advice,
    abortSignal,
    onProgress,
  });
  if (ended === undefined) throw gone();
  return ended;
}
