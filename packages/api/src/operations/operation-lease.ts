import { randomUUID } from 'node:crypto';
import { LeaseRenewal } from '@cumulus/dynamodb/aws';
import type { AsyncOperationModel, LeaseOutcome, OperationNote, OperationUnderWay } from '@cumulus/models';
import { isPassing } from '../aws/is-passing.ts';
import { OperationLostError } from './errors.ts';

/** How long a lease holds that is not renewed, and how often it is, in milliseconds. */
export const LEASE_TIME = 60_000;
const HEARTBEAT_INTERVAL = 15_000;

/** The right to work on an operation, held by one process at a time. It is renewed until it is given back. */
export class OperationLease {
  readonly underWay: OperationUnderWay;
  readonly #model: AsyncOperationModel;
  readonly #holder: string;
  readonly #renewal: LeaseRenewal;

  private constructor(model: AsyncOperationModel, underWay: OperationUnderWay, holder: string) {
    this.#model = model;
    this.underWay = underWay;
    this.#holder = holder;
    // A renewal that fails is repeated. Whoever lost the lease finds out when they note something.
    this.#renewal = new LeaseRenewal({
      interval: HEARTBEAT_INTERVAL,
      renew: () => model.renewLease(this.#key, holder, LEASE_TIME),
      lostError: () => new OperationLostError(underWay.operation.id),
    });
  }

  /** Aborted once another process has taken the operation over. */
  get abortSignal(): AbortSignal {
    return this.#renewal.lost;
  }

  /** @param again whether an operation that a runner gave up is run again @returns why not, where it cannot be taken */
  static async take(
    model: AsyncOperationModel,
    id: string,
    again: boolean,
  ): Promise<OperationLease | Exclude<LeaseOutcome, { readonly state: 'taken' }>> {
    const holder = randomUUID();
    const outcome = await model.takeLease({ id }, holder, LEASE_TIME, again);
    return outcome.state === 'taken' ? new OperationLease(model, outcome.underWay, holder) : outcome;
  }

  /** @throws OperationLostError */
  async note(note: OperationNote): Promise<void> {
    this.#renewal.demand(await this.#model.note(this.#key, this.#holder, note));
  }

  /** Ends the operation. @throws OperationLostError */
  async end(end: Parameters<AsyncOperationModel['end']>[2]): Promise<void> {
    this.#renewal.demand(await this.#model.end(this.#key, this.#holder, end));
  }

  /** Gives the lease back, if it is still held; one that could not be given back expires. */
  async release(): Promise<void> {
    await this.#renewal.end();
    await this.#model.releaseLease(this.#key, this.#holder).catch((error: unknown) => {
      if (!isPassing(error)) throw error;
    });
  }

  get #key(): { readonly id: string } {
    return { id: this.underWay.operation.id };
  }
}
