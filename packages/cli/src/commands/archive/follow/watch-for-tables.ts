import { pauseUnless } from '@cumulus/dynamodb/aws';
import type { Context } from '../../../command.ts';

const DEFAULT_LOOK_EVERY = 60_000;

export interface WatchOptions {
  /** Tables that are followed too as soon as they are there, and can be followed. */
  readonly wanted: readonly string[];
  readonly isFollowed: (table: string) => boolean;
  /** Whether a table is there, and can be followed. */
  readonly isFollowable: (table: string) => Promise<boolean>;
  readonly follow: (table: string) => void;
  readonly context: Pick<Context, 'abortSignal' | 'onNote'>;
  /** The time between two looks, in milliseconds; a minute unless given. */
  readonly lookEvery?: number | undefined;
}

/**
 * Looks from time to time for tables that were created, and has them followed, while others are.
 * @param others ends once none of these is followed any more
 */
export async function watchForTables(options: WatchOptions, others: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const watching = watch(options, AbortSignal.any([options.context.abortSignal, over.signal]));
  await others();
  over.abort();
  await watching;
}

async function watch(
  { wanted, isFollowed, isFollowable, follow, context, lookEvery = DEFAULT_LOOK_EVERY }: WatchOptions,
  abortSignal: AbortSignal,
): Promise<void> {
  while (await pauseUnless(abortSignal, lookEvery)) {
    for (const table of wanted.filter((name) => !isFollowed(name))) {
      // What keeps a request from being answered is reported by those that follow tables.
      const isThere = await isFollowable(table).catch(() => false);
      if (!isThere || abortSignal.aborted) continue;
      context.onNote(`${table}: it is there now, and is followed too`);
      follow(table);
    }
  }
}
