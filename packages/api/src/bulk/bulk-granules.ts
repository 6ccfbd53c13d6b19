import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import { isPassing } from '../aws/is-passing.ts';
import { NotConfiguredError } from '../errors.ts';
import type { OperationEnd, OperationJob, OperationKind } from '../operations/operation-kind.ts';
import { actOnGranule, type BulkServices } from './act-on-granule.ts';
import type { BulkRequest, GranuleRef } from './bulk-request.ts';
import { type FindingPosition, findGranules, listName, numbered } from './found-granules.ts';

/** A granule that something could not be done with. */
export interface BulkFailure {
  readonly granuleId: string;
  readonly error: string;
}

/** What has been done so far, as it is in the operation's `output`. */
export interface BulkProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** The first that failed. All are in the objects at `failuresAt`. */
  readonly failures: readonly BulkFailure[];
  /** `s3://bucket/stack/async-operations/id/failures/`, where something failed. */
  readonly failuresAt?: string;
}

/** Failures that the operation's record has, and how much of each error, in characters. */
const FAILURES_IN_RECORD = 10;
const MAX_ERROR_LENGTH = 300;

/** Granules worked on at once. */
const CONCURRENCY = 8;

/** How far working through the lists of granules is. */
interface WorkingPosition extends Pick<BulkProgress, 'total' | 'done' | 'failed' | 'failures'> {
  readonly phase: 'work';
  readonly lists: number;
  /** The list that is worked on. */
  readonly list: number;
  /** Of that list: which granules were not there when it was begun; undefined before. */
  readonly absent?: readonly number[];
  /** Of that list: which granules have been done, or have failed. */
  readonly settled: readonly number[];
  /** Of these: how many have failed. They are in the list's object of failures. */
  readonly failedOfList: number;
}

type Position = FindingPosition | WorkingPosition;

/** Where the failures of a list lie in an operation's folder. */
export const FAILURES = 'failures/';

const failuresName = (list: number): string => `${FAILURES}${numbered(list)}.json`;

/**
 * Does something with many granules: finds them, and then works through them, a hundred between two notes. Whatever is done again after
 * a death is as if it were done once.
 * @param services asked for at each run
 */
export function bulkGranules(services: () => BulkServices): OperationKind<BulkRequest, Position> {
  return {
    name: BULK_GRANULES,
    run: async (request, job) => {
      const begin = job.position?.phase === 'work' ? job.position : await find(request, job, services());
      return new BulkWork(request, job, services(), begin).run();
    },
  };
}

/** The name of the kind. */
export const BULK_GRANULES = 'granules';

async function find(
  { selection }: BulkRequest,
  { position, folder, abortSignal, note, persist }: OperationJob<Position>,
  { models: { granules } }: BulkServices,
): Promise<WorkingPosition> {
  const from = position?.phase === 'work' ? undefined : position;
  const found = await findGranules({ selection, granules, folder, position: from, abortSignal, note, persist });
  return { phase: 'work', ...found, list: 1, settled: [], failedOfList: 0, done: 0, failed: 0, failures: [] };
}

class BulkWork {
  readonly #request: BulkRequest;
  readonly #job: OperationJob<Position>;
  readonly #services: BulkServices;
  #at: WorkingPosition;
  /** Granules with which it was done in this run. */
  #done = 0;

  constructor(request: BulkRequest, job: OperationJob<Position>, services: BulkServices, begin: WorkingPosition) {
    this.#request = request;
    this.#job = job;
    this.#services = services;
    this.#at = begin;
  }

  async run(): Promise<OperationEnd> {
    while (this.#at.list <= this.#at.lists) await this.#workOnList();
    const { failed } = this.#at;
    return { succeeded: failed === 0, output: this.#progress };
  }

  async #workOnList(): Promise<void> {
    const { folder, persist } = this.#job;
    const { list } = this.#at;
    const isRepeated = this.#at.absent !== undefined;
    const refs = (await persist(() => folder.read(listName(list)))) as readonly GranuleRef[];
    // From now on a granule that is not there may have been deleted by this very operation.
    if (!isRepeated) await this.#note({ absent: await this.#absentOf(refs) });
    const settled = new Set(this.#at.settled);
    const failures = [...(await this.#failuresBefore(refs))];
    const known = failures.length;
    const open = refs.map((ref, index) => ({ ref, index })).filter(({ index }) => !settled.has(index));
    const begun = this.#at;
    let stopped: { readonly error: unknown } | undefined;
    try {
      await forEachAtOnce(open, CONCURRENCY, this.#job.abortSignal, async ({ ref, index }) => {
        const failure = await this.#act(ref, index, isRepeated);
        if (failure === undefined) this.#done += 1;
        else failures.push(failure);
        settled.add(index);
      });
    } catch (error) {
      // What is done is noted all the same.
      stopped = { error };
    }
    // A run that died may have written others, of granules that this one has done.
    if (failures.length > known || isRepeated) await persist(() => folder.write(failuresName(list), failures));
    const failed = failures.length - known;
    const counted = {
      failed: begun.failed + failed,
      done: begun.done + (settled.size - begun.settled.length) - failed,
      failures: [...begun.failures, ...failures.slice(known).map(shortened)].slice(0, FAILURES_IN_RECORD),
    };
    if (stopped !== undefined) {
      await this.#note({ ...counted, settled: [...settled], failedOfList: failures.length });
      throw stopped.error;
    }
    const { absent: _, ...rest } = this.#at;
    this.#at = { ...rest, ...counted, list: list + 1, settled: [], failedOfList: 0 };
    await this.#note({});
  }

  /** @returns why nothing can be done with the granule @throws what concerns all granules, and what passes, after minutes */
  async #act(ref: GranuleRef, index: number, isRepeated: boolean): Promise<BulkFailure | undefined> {
    const { action } = this.#request;
    const { granuleId } = ref;
    if (this.#at.absent?.includes(index)) return { granuleId, error: `There is no granule ${granuleId}.` };
    // How many were done when it was tried last, and the time before.
    let [before, last] = [this.#done, this.#done];
    let isAgain = isRepeated;
    const act = (): Promise<void> => {
      [before, last] = [last, this.#done];
      const occasion = { operationId: this.#job.id, isRepeated: isAgain };
      isAgain = true;
      return actOnGranule(action, ref, occasion, this.#services);
    };
    try {
      await this.#job.persist(act);
      return undefined;
    } catch (error) {
      if (this.#job.abortSignal.aborted) throw error;
      // Where others were done between the last tries, it does not pass with this one. Others that failed prove nothing.
      if (isPassing(error) && this.#done === before) throw error;
      // The workflow of a granule that is ingested again is the granule's own.
      if (error instanceof NotConfiguredError && action.name !== 'reingest') throw error;
      return { granuleId, error: (error as Error).message };
    }
  }

  /** Those of the list that have failed as far as it was noted. */
  async #failuresBefore(refs: readonly GranuleRef[]): Promise<readonly BulkFailure[]> {
    const { list, settled, failedOfList } = this.#at;
    if (failedOfList === 0) return [];
    const all = await this.#job.persist(() => this.#job.folder.read(failuresName(list)));
    const ids = new Set(settled.map((index) => refs[index]?.granuleId));
    return ((all ?? []) as readonly BulkFailure[]).filter(({ granuleId }) => ids.has(granuleId));
  }

  async #absentOf(refs: readonly GranuleRef[]): Promise<readonly number[]> {
    const { granules } = this.#services.models;
    const found = await this.#job.persist(() => granules.batchGet(refs.map(({ granuleId }) => ({ granuleId }))));
    const ids = new Set(found.map(({ granuleId }) => granuleId));
    return refs.flatMap(({ granuleId }, index) => (ids.has(granuleId) ? [] : [index]));
  }

  async #note(changes: Partial<WorkingPosition>): Promise<void> {
    this.#at = { ...this.#at, ...changes };
    await this.#job.note(this.#at, this.#progress);
  }

  get #progress(): BulkProgress {
    const { total, done, failed, failures } = this.#at;
    return {
      ...{ total, done, failed, failures },
      ...(failed > 0 && { failuresAt: `${this.#job.folder.url}${FAILURES}` }),
    };
  }
}

function shortened({ granuleId, error }: BulkFailure): BulkFailure {
  return { granuleId, error: error.length > MAX_ERROR_LENGTH ? `${error.slice(0, MAX_ERROR_LENGTH)}…` : error };
}
