import { randomBytes } from 'node:crypto';
import { LeaseRenewal } from '@cumulus/dynamodb/aws';
import { conditions, type Delete, writeIf } from '@cumulus/dynamodb/items';
import type { CountedType } from './counted-types.ts';
import { MAX_CLOCK_DIFFERENCE } from './counts-state.ts';
import { type CountsTable, RECOUNT } from './counts-table.ts';
import { RecountInProgressError } from './errors.ts';

/** A recount that has not renewed its lease for this long is taken for dead, in milliseconds. */
const LEASE_TIME = 60_000;
const HEARTBEAT_INTERVAL = 10_000;

/**
 * The right to recount one type of records, held by one process at a time. It is an item, not a file as the leases of
 * `@cumulus/dynamodb/storage`: so giving it back can be a part of the transaction that puts the counts in force.
 *
 * That there is only one recount saves work; that its result is whole rests on {@link releasing}, which fails for a recount
 * that was taken for dead.
 */
export class RecountLease {
  /** Also the name of the generation that the recount makes. */
  readonly id: string;
  readonly #options: CountsTable;
  readonly #recordType: CountedType;
  readonly #renewal: LeaseRenewal;

  private constructor(options: CountsTable, recordType: CountedType, id: string) {
    this.#options = options;
    this.#recordType = recordType;
    this.id = id;
    // If no renewal succeeds, the recount finds the lease lost at its end.
    this.#renewal = new LeaseRenewal({
      interval: HEARTBEAT_INTERVAL,
      renew: () => this.#renew(),
      lostError: () => lost(recordType),
    });
  }

  /** Aborted once the lease is lost. */
  get abortSignal(): AbortSignal {
    return this.#renewal.lost;
  }

  /** @throws RecountInProgressError if another recount has the lease */
  static async take(options: CountsTable, recordType: CountedType): Promise<RecountLease> {
    const { client, countsTable: table } = options;
    const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
    const outcome = await writeIf(client, {
      ...{ kind: 'update', table, key: { recordType, group: RECOUNT } },
      changes: { set: { id, until: Date.now() + LEASE_TIME } },
      conditions: [
        conditions.anyOf(
          conditions.absent('until'),
          conditions.less('until', Date.now()),
          conditions.more('until', Date.now() + LEASE_TIME + MAX_CLOCK_DIFFERENCE),
        ),
      ],
    });
    if (!outcome.done) {
      throw new RecountInProgressError(`Another recount of ${recordType}s is under way.`, [
        'Nothing was changed.',
        `If it was killed, try again in ${LEASE_TIME / 1000} seconds.`,
      ]);
    }
    return new RecountLease(options, recordType, id);
  }

  /** The write that gives the lease back and fails if it is lost: for the transaction that ends the recount. */
  get releasing(): Delete {
    const key = { recordType: this.#recordType, group: RECOUNT };
    return { kind: 'delete', table: this.#options.countsTable, key, conditions: [conditions.equals('id', this.id)] };
  }

  /** Ends the renewing, and gives the lease back, if it is still held. */
  async release(): Promise<void> {
    await this.#renewal.end();
    // A lease that could not be given back expires.
    await writeIf(this.#options.client, this.releasing).catch(() => undefined);
  }

  async #renew(): Promise<boolean> {
    const { client, countsTable: table } = this.#options;
    const key = { recordType: this.#recordType, group: RECOUNT };
    const { done } = await writeIf(client, {
      ...{ kind: 'update', table, key },
      changes: { set: { until: Date.now() + LEASE_TIME } },
      conditions: [conditions.equals('id', this.id)],
    });
    return done;
  }
}

export function lost(recordType: CountedType): RecountInProgressError {
  return new RecountInProgressError(`Another recount of ${recordType}s took over.`, [
    'Nothing was changed by this one.',
    'Wait for the other to end.',
  ]);
}
