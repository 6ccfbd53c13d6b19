import { isObject, pagesOf } from '@cumulus/dynamodb/aws';
import {
  type Changes,
  conditions,
  type Outcome,
  type PlainItem,
  scanPageOfItems,
  writeIf,
} from '@cumulus/dynamodb/items';
import { MAX_CLOCK_DIFFERENCE } from '../counts/counts-state.ts';
import { type AsyncOperation, asyncOperationType, type NewAsyncOperation } from '../schemas/async-operation.ts';
import {
  LEASED_BY,
  LEASED_UNTIL,
  type OperationRun,
  type OperationRunner,
  POSITION,
  RUN,
  RUN_ATTRIBUTES,
} from './operation-run.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

type Key = Pick<AsyncOperation, 'id'>;

/** An operation that this system runs. */
export interface OperationUnderWay {
  readonly operation: AsyncOperation;
  readonly run: OperationRun;
  /** How far it is, as its work noted last; undefined at its beginning. */
  readonly position: unknown;
  /** Until when somebody is at work on it, in milliseconds since 1970; undefined if nobody is. */
  readonly leasedUntil: number | undefined;
}

/** What became of an attempt to take an operation's lease. */
export type LeaseOutcome =
  | { readonly state: 'taken'; readonly underWay: OperationUnderWay }
  /** Somebody else is at work on it, at least until this time. */
  | { readonly state: 'held'; readonly until: number }
  /** It has ended, or this system does not run it. */
  | { readonly state: 'over' }
  | { readonly state: 'absent' };

/** What is written of an operation by whoever holds its lease. */
export interface OperationNote {
  /** How far it is; as it was unless given. */
  readonly position?: unknown;
  /** What it has answered so far, as JSON text. */
  readonly output: string;
}

/**
 * Reads and writes records of asynchronous operations, and the leases on those that this system runs. One process at a time
 * holds the lease on an operation, and writes of its progress and its end fail for any other.
 */
export class AsyncOperationModel extends RecordModel<AsyncOperation, NewAsyncOperation, 'id'> {
  constructor(context: ModelContext) {
    super(asyncOperationType, context);
  }

  /** Writes the record of an operation that is to be run. @throws as `create` does */
  async begin(record: Omit<NewAsyncOperation, 'status'>, run: OperationRun): Promise<AsyncOperation> {
    return this.createWith({ ...record, status: 'RUNNING' }, () => ({ [RUN]: run }));
  }

  /** An operation that this system runs, or ran; read strongly consistent. Undefined for any other. */
  async findRun(key: Key): Promise<OperationUnderWay | undefined> {
    const item = await this.findItem(this.keyOf(key));
    return item === undefined ? undefined : this.#underWay(item);
  }

  /** All operations of a runner that have not ended; read strongly consistent. */
  async running(runner: OperationRunner): Promise<readonly OperationUnderWay[]> {
    const pages = pagesOf({
      what: `The scan of ${this.table}`,
      ask: (after: PlainItem | undefined) =>
        scanPageOfItems({ ...this.context, limit: OPERATIONS_AT_ONCE, after, consistent: true }),
      next: (page) => page.next,
      textOf: JSON.stringify,
    });
    const found: OperationUnderWay[] = [];
    for await (const { items } of pages) {
      for (const item of items) {
        const underWay = await this.#underWay(item);
        if (underWay?.operation.status === 'RUNNING' && underWay.run.runner === runner) found.push(underWay);
      }
    }
    return found;
  }

  /**
   * Takes the lease on an operation that has not ended and that nobody is at work on.
   * @param holder who takes it, which nobody else is called
   * @param leaseTime how long it holds unless it is renewed, in milliseconds
   * @param again whether one that a runner gave up, `RUNNER_FAILED`, is run again
   */
  async takeLease(key: Key, holder: string, leaseTime: number, again = false): Promise<LeaseOutcome> {
    const now = this.context.now();
    const isRunning = conditions.equals('status', 'RUNNING');
    const outcome = await writeIf(this.context.client, {
      ...{ kind: 'update', table: this.table, key: this.keyOf(key) },
      changes: { set: { [LEASED_BY]: holder, [LEASED_UNTIL]: now + leaseTime, status: 'RUNNING', updatedAt: now } },
      conditions: [
        conditions.exists(RUN),
        again ? conditions.anyOf(isRunning, conditions.equals('status', 'RUNNER_FAILED')) : isRunning,
        conditions.anyOf(
          conditions.absent(LEASED_UNTIL),
          conditions.less(LEASED_UNTIL, now),
          // Of a clock that is wrong.
          conditions.more(LEASED_UNTIL, now + leaseTime + MAX_CLOCK_DIFFERENCE),
          // The answer to a first attempt was lost.
          conditions.equals(LEASED_BY, holder),
        ),
      ],
    });
    const item = outcome.done ? outcome.after : outcome.present;
    if (item === undefined) return { state: 'absent' };
    const underWay = await this.#underWay(item);
    if (underWay === undefined) return { state: 'over' };
    if (outcome.done) return { state: 'taken', underWay };
    const isOver = underWay.operation.status !== 'RUNNING' && !(again && underWay.operation.status === 'RUNNER_FAILED');
    return isOver ? { state: 'over' } : { state: 'held', until: underWay.leasedUntil ?? now };
  }

  /** @returns false if the lease is not held any more */
  async renewLease(key: Key, holder: string, leaseTime: number): Promise<boolean> {
    return this.#writeHeld(key, holder, { set: { [LEASED_UNTIL]: this.context.now() + leaseTime } });
  }

  /** Notes how far an operation is. @returns false if the lease is not held any more */
  async note(key: Key, holder: string, { position, output }: OperationNote): Promise<boolean> {
    const set = { output, ...(position === undefined ? {} : { [POSITION]: position }), updatedAt: this.context.now() };
    return this.#writeHeld(key, holder, { set });
  }

  /** Ends an operation, and gives the lease back. @returns false if the lease is not held any more */
  async end(
    key: Key,
    holder: string,
    { status, output }: { readonly status: Exclude<AsyncOperation['status'], 'RUNNING'>; readonly output: string },
  ): Promise<boolean> {
    const changes = { set: { status, output, updatedAt: this.context.now() }, remove: [LEASED_BY, LEASED_UNTIL] };
    const outcome = await this.#changeHeld(key, holder, changes);
    // The answer to a first attempt may have been lost.
    return outcome.done || (outcome.present?.['status'] === status && outcome.present['output'] === output);
  }

  /** Gives the lease back, if it still is held. */
  async releaseLease(key: Key, holder: string): Promise<void> {
    await this.#writeHeld(key, holder, { remove: [LEASED_BY, LEASED_UNTIL] });
  }

  protected override async unseal(item: PlainItem): Promise<AsyncOperation> {
    return super.unseal(Object.fromEntries(Object.entries(item).filter(([name]) => !RUN_ATTRIBUTES.includes(name))));
  }

  async #writeHeld(key: Key, holder: string, changes: Changes): Promise<boolean> {
    return (await this.#changeHeld(key, holder, changes)).done;
  }

  #changeHeld(key: Key, holder: string, changes: Changes): Promise<Outcome> {
    return writeIf(this.context.client, {
      ...{ kind: 'update', table: this.table, key: this.keyOf(key) },
      ...{ changes, conditions: [conditions.equals(LEASED_BY, holder)] },
    });
  }

  async #underWay(item: PlainItem): Promise<OperationUnderWay | undefined> {
    const { [RUN]: run, [POSITION]: position, [LEASED_UNTIL]: leasedUntil } = item;
    if (!isObject(run)) return undefined;
    return {
      operation: await this.unseal(item),
      run: run as unknown as OperationRun,
      position,
      leasedUntil: leasedUntil === undefined ? undefined : Number(leasedUntil),
    };
  }
}

const OPERATIONS_AT_ONCE = 100;
