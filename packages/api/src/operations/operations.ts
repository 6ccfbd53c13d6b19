import { randomUUID } from 'node:crypto';
import { Backoff, DEFAULT_RETRY_POLICY, retryThrottled } from '@cumulus/dynamodb/aws';
import type { AsyncOperationModel, OperationRunner } from '@cumulus/models';
import type { AsyncOperation, NewAsyncOperation } from '@cumulus/models/schemas';
import { isPassing } from '../aws/is-passing.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import { NotConfiguredError } from '../errors.ts';
import { toJson } from '../json/to-json.ts';
import { OperationLostError, OperationUnknownError } from './errors.ts';
import { OperationFolder } from './operation-folder.ts';
import type { OperationEnd, OperationJob, OperationKind } from './operation-kind.ts';
import { LEASE_TIME, OperationLease } from './operation-lease.ts';

/** An operation that is to be started. */
export interface NewOperation extends Pick<NewAsyncOperation, 'description' | 'operationType'> {
  /** The name of its kind. */
  readonly kind: string;
  /** What the kind's work is given, as JSON. */
  readonly input: object;
}

/** Who runs the operations of this API. */
export interface Runner {
  readonly name: OperationRunner;
  /** Called before the record is written, so that there is no record of which nobody knows. */
  announce?(id: string): Promise<void>;
  /** Called once the record is written. */
  begin?(id: string): void;
}

export interface OperationsOptions {
  readonly model: AsyncOperationModel;
  /** Undefined for a deployment that has no S3. */
  readonly systemObjects: SystemObjects | undefined;
  readonly kinds: readonly AnyKind[];
  /** Undefined where nobody would run them. */
  readonly runner: Runner | undefined;
}

/** How one run of an operation went. */
export type RunOutcome =
  | { readonly state: 'ended'; readonly status: AsyncOperation['status']; readonly output: object }
  /** It was stopped by the signal, and goes on with the next run. */
  | { readonly state: 'interrupted' }
  /** Another process is at work on it, at least until this time, in milliseconds since 1970. */
  | { readonly state: 'held'; readonly until: number }
  /** It has ended, or was deleted. */
  | { readonly state: 'over' }
  | { readonly state: 'absent' };

/** A kind whose types are its own affair. */
// biome-ignore lint/suspicious/noExplicitAny: what a kind is given is what it was started with
export type AnyKind = OperationKind<any, any>;

/** Where what an operation was given lies in its folder. */
const INPUT = 'input.json';

/** Long operations: they are started by requests, and run by somebody else than the request. See ARCHITECTURE.md, "Operations". */
export class Operations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /**
   * Starts an operation, once everything is in place by which it is run to its end whatever happens to this process.
   * @returns its record, `RUNNING`
   * @throws NotConfiguredError where nobody would run it, or nothing can be kept for it: nothing was started
   */
  async start({ kind, input, description, operationType }: NewOperation): Promise<AsyncOperation> {
    const { model } = this.#options;
    const runner = this.requireRunner();
    const id = randomUUID();
    const folder = this.folderOf(id);
    const place = folder.url;
    await folder.write(INPUT, input);
    await runner.announce?.(id);
    const run = { kind, runner: runner.name, place };
    const operation = await model.begin({ id, description, operationType }, run);
    runner.begin?.(id);
    return operation;
  }

  /** Who would run an operation that is started. @throws NotConfiguredError where nobody would */
  requireRunner(): Runner {
    const { runner } = this.#options;
    if (runner !== undefined) return runner;
    throw new NotConfiguredError('Nobody would run this operation: the setting operationsQueueUrl is missing.', [
      'It names the queue of the function that runs operations.',
    ]);
  }

  /**
   * Runs an operation to its end, or until the signal.
   * @param again whether one that its runner gave up is run again
   * @param onProgress called with each progress that is noted
   * @throws what fails in a way that passes, after minutes of retries: it goes on with the next run. OperationUnknownError
   */
  async run(id: string, abortSignal: AbortSignal, { again = false, onProgress }: RunOptions = {}): Promise<RunOutcome> {
    const lease = await OperationLease.take(this.#options.model, id, again);
    if (!(lease instanceof OperationLease)) return lease;
    try {
      return await this.#runHeld(lease, abortSignal, onProgress);
    } catch (error) {
      if (error instanceof OperationLostError) return { state: 'held', until: Date.now() + LEASE_TIME };
      if (abortSignal.aborted && error === abortSignal.reason) return { state: 'interrupted' };
      throw error;
    } finally {
      await lease.release();
    }
  }

  /**
   * Gives an operation up that its runner could not run.
   * @param problem why, for people
   * @returns `held` where somebody is at work on it after all
   */
  async giveUp(id: string, problem: string): Promise<Exclude<RunOutcome, { readonly state: 'interrupted' }>> {
    const lease = await OperationLease.take(this.#options.model, id, false);
    if (!(lease instanceof OperationLease)) return lease;
    try {
      const output = { ...progressOf(lease.underWay.operation), error: { name: 'RunnerFailed', message: problem } };
      await lease.end({ status: 'RUNNER_FAILED', output: toJson(output) });
      return { state: 'ended', status: 'RUNNER_FAILED', output };
    } finally {
      await lease.release();
    }
  }

  /** The objects of an operation. @throws NotConfiguredError for a deployment without S3 */
  folderOf(id: string): OperationFolder {
    const { systemObjects } = this.#options;
    if (systemObjects !== undefined) return new OperationFolder(systemObjects, id);
    throw new NotConfiguredError('Operations are kept in S3, of which there is none here: no system_bucket is set.');
  }

  async #runHeld(
    lease: OperationLease,
    abortSignal: AbortSignal,
    onProgress: RunOptions['onProgress'],
  ): Promise<RunOutcome> {
    const { operation, run, position } = lease.underWay;
    const { id } = operation;
    const signal = AbortSignal.any([abortSignal, lease.abortSignal]);
    let progress = progressOf(operation);
    const job: OperationJob = {
      ...{ id, position, abortSignal: signal, folder: this.folderOf(id) },
      note: async (at, known) => {
        progress = known;
        await job.persist(() => lease.note({ position: at, output: toJson(known) }));
        onProgress?.(known);
      },
      persist: (act) => persist(act, signal),
    };
    const end = await this.#work(lease, job, run.kind, () => progress);
    const status = end.succeeded ? 'SUCCEEDED' : 'TASK_FAILED';
    await persist(() => lease.end({ status, output: toJson(end.output) }), lease.abortSignal);
    return { state: 'ended', status, output: end.output };
  }

  /** Does the work. An error that does not pass is its end. */
  async #work(lease: OperationLease, job: OperationJob, name: string, progress: () => object): Promise<OperationEnd> {
    try {
      const kind = this.#options.kinds.find((each) => each.name === name);
      if (kind === undefined)
        throw new OperationUnknownError(`This release knows no operations of the kind "${name}".`);
      const { place } = lease.underWay.run;
      const input = place === job.folder.url ? await job.persist(() => job.folder.read(INPUT)) : undefined;
      if (input === undefined)
        throw new OperationUnknownError(`What the operation ${job.id} was given is not in ${job.folder.url}.`, [
          `Its record says that it is in ${place}.`,
        ]);
      return await kind.run(input, job);
    } catch (error) {
      if (job.abortSignal.aborted) throw job.abortSignal.reason;
      if (isPassing(error) || error instanceof OperationLostError) throw error;
      const { name: errorName, message } = error as Error;
      return { succeeded: false, output: { ...progress(), error: { name: errorName, message } } };
    }
  }
}

export interface RunOptions {
  readonly again?: boolean;
  readonly onProgress?: ((progress: object) => void) | undefined;
}

function persist<T>(act: () => Promise<T>, abortSignal: AbortSignal): Promise<T> {
  return retryThrottled(act, abortSignal, new Backoff(DEFAULT_RETRY_POLICY), isPassing);
}

/** What an operation has noted so far. */
function progressOf({ output }: AsyncOperation): object {
  return output === undefined ? {} : (JSON.parse(output) as object);
}
