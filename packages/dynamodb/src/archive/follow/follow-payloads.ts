import { setMaxListeners } from 'node:events';
import { basename } from 'node:path';
import { CumulusError } from '../../aws/errors.ts';
import { pauseUnless } from '../../aws/pause.ts';
import type { Storage } from '../../storage/storage.ts';
import { parseArchiveName, type ShardPlace } from '../format/names.ts';
import { NO_PAYLOADS } from '../payloads/options.ts';
import { PayloadCopier } from '../payloads/payload-copier.ts';
import type { FollowEvent, FollowOptions } from './options.ts';

const DEFAULT_RETRY_AFTER = 10 * 60_000;

/** The copying of payloads beside a following, which waits for none of it. */
interface Copying {
  /** Takes what the following has written. */
  readonly takeEvent: (event: FollowEvent) => void;
  /** With `once`: copies what is there now. */
  readonly finish: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @returns undefined if no payloads are to be copied */
export async function startCopying(
  options: FollowOptions,
  storage: Storage,
  onEvent: (event: FollowEvent) => void,
): Promise<Copying | undefined> {
  const { payloads, table, s3, once = false } = options;
  if (payloads === undefined) return undefined;
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([stop.signal, options.abortSignal].filter((each) => each !== undefined));
  setMaxListeners(0, abortSignal);
  const copier = await PayloadCopier.open({
    ...{ ...payloads, storage, table, s3, abortSignal },
    onCopied: (copied, firstFailure) => onEvent({ kind: 'payloads', table, copied, firstFailure }),
  });
  onEvent({ kind: 'payloads', table, copied: NO_PAYLOADS, firstFailure: undefined });
  if (once) {
    return { takeEvent: () => undefined, finish: () => copier.copyAll(), stop: async () => stop.abort() };
  }
  const beside = new CopyingBeside(copier, payloads.retryAfter);
  const running = beside.run(abortSignal, (error) => onEvent({ kind: 'payloads failed', table, error }));
  // It is awaited later. Without a handler, a failure before that would end the process.
  running.catch(() => undefined);
  return {
    takeEvent: (event) => beside.take(event),
    finish: async () => undefined,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Copies whenever segments or bases have come that point to some. */
class CopyingBeside {
  readonly #copier: PayloadCopier;
  readonly #retryAfter: number;
  /** Shards with new pointers, by their names. */
  readonly #shards = new Map<string, ShardPlace>();
  #isAllDue = true;
  #awaited: (() => void) | undefined;

  constructor(copier: PayloadCopier, retryAfter = DEFAULT_RETRY_AFTER) {
    this.#copier = copier;
    this.#retryAfter = retryAfter;
  }

  take(event: FollowEvent): void {
    if (event.kind === 'base made') this.#isAllDue = true;
    if (event.kind === 'segment' && event.pointersToS3 > 0) {
      const { table = '', stream: label = '', shard } = parseArchiveName(basename(event.file)) ?? {};
      if (shard !== undefined) this.#shards.set(`${label} ${shard}`, { table, label, shard });
    }
    if (this.#isAllDue || this.#shards.size > 0) this.#awaited?.();
  }

  /**
   * Goes on until the signal.
   * @param onFailed takes an error of the archive itself; all that is outstanding is tried again later
   */
  async run(abortSignal: AbortSignal, onFailed: (error: CumulusError) => void): Promise<void> {
    let retriedAt = performance.now();
    while (!abortSignal.aborted) {
      try {
        await this.#copyDue();
        if (performance.now() - retriedAt >= this.#retryAfter) {
          await this.#copier.retryFailed();
          retriedAt = performance.now();
        }
        await this.#nextDue(abortSignal);
      } catch (error) {
        if (abortSignal.aborted) return;
        if (!(error instanceof CumulusError)) throw error;
        onFailed(error);
        this.#isAllDue = true;
        await pauseUnless(abortSignal, this.#retryAfter);
      }
    }
  }

  async #copyDue(): Promise<void> {
    for (;;) {
      if (this.#isAllDue) {
        this.#isAllDue = false;
        this.#shards.clear();
        await this.#copier.copyAll();
      }
      const [due] = this.#shards;
      if (due === undefined && !this.#isAllDue) return;
      if (due === undefined) continue;
      this.#shards.delete(due[0]);
      await this.#copier.copyShard(due[1]);
    }
  }

  /** Waits until something is due, or for as long as what failed is left. */
  async #nextDue(abortSignal: AbortSignal): Promise<void> {
    if (this.#isAllDue || this.#shards.size > 0) return;
    const due = new AbortController();
    this.#awaited = () => due.abort();
    await pauseUnless(AbortSignal.any([abortSignal, due.signal]), this.#retryAfter);
    this.#awaited = undefined;
  }
}
