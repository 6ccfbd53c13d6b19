import { randomUUID } from 'node:crypto';
import { AccessDeniedError, CumulusError } from '../../aws/errors.ts';
import { LeaseRenewal } from '../../aws/lease-renewal.ts';
import {
  type Lease,
  type LeaseHolder,
  leaseHeld,
  leaseLost,
  ownHolder,
  parseHolder,
  UNKNOWN_HOLDER,
} from '../lease.ts';
import { isAlive } from '../process-host.ts';
import type { Demand, S3Objects } from './objects.ts';
import { formatS3Url, type S3Location, sibling } from './url.ts';

/** How often a living writer renews its lease, and after how long without that it counts as dead, in milliseconds. */
const RENEWED_EVERY = 60_000;
const DEAD_AFTER = 10 * 60_000;

/** After how long without a renewal a writer does not trust its own lease any more, with time left to put a backup in place. */
const DOUBTFUL_AFTER = 5 * 60_000;

/** The text of a lease that nobody holds any more. */
const RELEASED = { released: true };

/** Leases that this process gave back and could not remove, or does not know that it has: they hold nobody off. By what distinguishes each. */
const abandoned = new Set<string>();

/** A holder with what distinguishes its lease from all others. */
interface HeldBy extends LeaseHolder {
  readonly holder: string;
}

/**
 * The right to write one data object, held by one process at a time: an object that is put only where there is none.
 *
 * A living writer renews it each minute. One that was not renewed for ten minutes, or whose process is seen to be gone
 * from this machine, is taken over, on condition that it still is what was read: of two that try, one succeeds. A writer
 * that was taken for dead finds out before it puts its backup in place.
 */
export class S3Lease implements Lease {
  readonly #objects: S3Objects;
  readonly #location: S3Location;
  readonly #held: HeldBy;
  readonly #renewal: LeaseRenewal;
  #etag: string;
  #renewedAt = Date.now();

  private constructor(objects: S3Objects, location: S3Location, held: HeldBy, etag: string) {
    this.#objects = objects;
    this.#location = location;
    this.#held = held;
    this.#etag = etag;
    this.#renewal = new LeaseRenewal({
      interval: RENEWED_EVERY,
      renew: () => this.#renew(),
      lostError: () => leaseLost(formatS3Url(location), 'was taken away'),
    });
  }

  /** @throws LeaseHeldError if another process holds the lease on the data object */
  static async take(objects: S3Objects, data: S3Location): Promise<S3Lease> {
    const location = sibling(data, `${data.key}.lock`);
    const held: HeldBy = { ...(await ownHolder()), holder: randomUUID() };
    for (;;) {
      const etag = await putLease(objects, location, held, 'absent').catch((error: unknown) => {
        // It may be there all the same.
        abandoned.add(held.holder);
        throw error;
      });
      if (etag !== undefined) return new S3Lease(objects, location, held, etag);
      const other = await objects.read(location);
      if (other === undefined) continue;
      const holder = parseHolder(other.content.toString('utf8')) ?? UNKNOWN_HOLDER;
      const diesAt = new Date(other.lastModified.getTime() + DEAD_AFTER);
      const isFree = isReleased(other.content) || isAbandoned(other.content);
      if (isFree || diesAt.getTime() < Date.now() || !(await isAlive(holder))) {
        const taken = await putLease(objects, location, held, { etag: other.etag });
        if (taken !== undefined) return new S3Lease(objects, location, held, taken);
      }
      const end = `its lease counts no more from ${diesAt.toISOString()} on, or at once if you remove ${formatS3Url(location)}`;
      throw leaseHeld(formatS3Url(data), holder, end);
    }
  }

  /**
   * Makes sure that nobody took this process for dead and its lease away.
   * @throws LeaseHeldError if somebody did
   */
  async check(): Promise<void> {
    await this.#renewal.renewNow().catch((error: unknown) => {
      // It holds for a while without; what lasts longer shows when the backup is put in place.
      if (!(error instanceof CumulusError) || this.#renewal.lost.aborted) throw error;
    });
    if (Date.now() - this.#renewedAt <= DOUBTFUL_AFTER) return;
    throw leaseLost(formatS3Url(this.#location), 'could not be renewed for minutes');
  }

  /** Gives the lease back, if it still is this process's. */
  async release(): Promise<void> {
    await this.#renewal.end();
    try {
      await this.#remove();
    } catch (error) {
      abandoned.add(this.#held.holder);
      throw error;
    }
  }

  async #remove(): Promise<void> {
    if (this.#renewal.lost.aborted) return;
    const held = await this.#objects.status(this.#location);
    if (held?.etag !== this.#etag) return;
    try {
      await this.#objects.remove(this.#location);
    } catch (error) {
      // Where nothing may be removed, the lease stays, as one that nobody holds.
      if (!(error instanceof AccessDeniedError)) throw error;
      await this.#objects.put(this.#location, JSON.stringify(RELEASED), { demand: { etag: this.#etag } });
    }
  }

  async #renew(): Promise<boolean> {
    const begunAt = Date.now();
    const etag = await putLease(this.#objects, this.#location, this.#held, { etag: this.#etag });
    if (etag === undefined) return false;
    this.#etag = etag;
    this.#renewedAt = begunAt;
    return true;
  }
}

function isAbandoned(content: Buffer): boolean {
  const { holder } = (parseHolder(content.toString('utf8')) ?? {}) as Partial<HeldBy>;
  return holder !== undefined && abandoned.has(holder);
}

function isReleased(content: Buffer): boolean {
  return content.equals(Buffer.from(JSON.stringify(RELEASED)));
}

/** @returns the ETag; undefined if the lease is another's */
async function putLease(
  objects: S3Objects,
  location: S3Location,
  held: HeldBy,
  demand: Demand,
): Promise<string | undefined> {
  const text = JSON.stringify({ ...held, renewedAt: new Date().toISOString() });
  const etag = await objects.put(location, text, { demand });
  if (etag !== undefined) return etag;
  // The request may have been sent twice, because its answer was lost, and have refused itself.
  const found = await objects.read(location);
  return found?.content.includes(held.holder) ? found.etag : undefined;
}
