import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CumulusError, TableNotFoundError } from '../../aws/errors.ts';
import { LeaseRenewal } from '../../aws/lease-renewal.ts';
import { pagesOf } from '../../aws/pages.ts';
import type { PlainItem } from '../../items/plain/attribute-values.ts';
import { writeIf } from '../../items/plain/conditional-writes.ts';
import { equals } from '../../items/plain/conditions.ts';
import { scanPageOfItems } from '../../items/plain/item-pages.ts';
import { type LeaseHolder, ownHolder } from '../../storage/lease.ts';
import { createTable } from '../../tables/create.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { RehearsalLostError } from '../errors.ts';
import { journalName } from './names.ts';
import type { TableToRemove } from './remove-tables.ts';

/** How often a living rehearsal renews its lease, in milliseconds. */
const RENEWED_EVERY = 30_000;

/** Marks the lease of a journal. */
const FORMAT = 'cumulus-rehearsal-journal';

const LEASE = 'lease';

const SCHEMA: TableSchema = { key: { hash: { name: 'id', type: 'S' } }, globalIndexes: [], localIndexes: [] };

/** The key that a journal has. */
export const JOURNAL_KEY = SCHEMA.key;

/** Who writes a journal, by its lease. */
export interface JournalLease extends LeaseHolder {
  /** Another one for each holder. */
  readonly token: string;
  /** When the holder was there last: ISO 8601. */
  readonly renewedAt: string;
  /** Whether its holder has ended, and left what it could not remove. */
  readonly isReleased: boolean;
}

/** What is in a table by the name of a journal. */
export interface JournalContent {
  /** Undefined if it has none. */
  readonly lease: JournalLease | undefined;
  /** The tables that were noted before they were requested. */
  readonly tables: readonly TableToRemove[];
  readonly isEmpty: boolean;
}

/**
 * A table that says which process makes the tables of a rehearsal, and which these are. It is made before them, each is noted
 * before it is requested, and it is deleted after them: so whatever a killed rehearsal leaves is named in it.
 *
 * Its holder renews the lease twice a minute. One that is taken for dead is taken over, on condition that the lease is what was
 * read: of two that try, one succeeds. A holder that finds its lease taken stops.
 */
export class Journal {
  readonly table: string;
  readonly #client: DynamoDBClient;
  readonly #scratchPrefix: string;
  readonly #token: string;
  readonly #renewal: LeaseRenewal;

  private constructor(client: DynamoDBClient, scratchPrefix: string, token: string) {
    this.table = journalName(scratchPrefix);
    this.#client = client;
    this.#scratchPrefix = scratchPrefix;
    this.#token = token;
    // What keeps it from being renewed for a while does not matter; others wait for minutes.
    this.#renewal = new LeaseRenewal({
      interval: RENEWED_EVERY,
      renew: () => this.#write({ renewedAt: now() }),
      lostError: () => lostError(this.table),
    });
  }

  /** Aborted with a {@link RehearsalLostError} once another process has the lease. */
  get lost(): AbortSignal {
    return this.#renewal.lost;
  }

  /** Makes the journal of a new rehearsal. An interruption takes effect after it: it takes seconds. */
  static async create(client: DynamoDBClient, scratchPrefix: string): Promise<Journal> {
    await createTable(client, journalName(scratchPrefix), SCHEMA);
    return Journal.#hold(client, scratchPrefix, undefined);
  }

  /** Takes the journal of a dead rehearsal over. @throws RehearsalLostError if another process does, or has deleted it */
  static async takeOver(client: DynamoDBClient, scratchPrefix: string, lease: JournalLease): Promise<Journal> {
    try {
      return await Journal.#hold(client, scratchPrefix, lease);
    } catch (error) {
      if (error instanceof TableNotFoundError) throw lostError(journalName(scratchPrefix));
      throw error;
    }
  }

  static async #hold(
    client: DynamoDBClient,
    scratchPrefix: string,
    former: JournalLease | undefined,
  ): Promise<Journal> {
    const token = randomUUID();
    const item = { ...(await ownHolder()), id: LEASE, format: FORMAT, scratchPrefix, token, renewedAt: now() };
    const conditions =
      former === undefined
        ? [equals('id', undefined)]
        : [equals('token', former.token), equals('renewedAt', former.renewedAt)];
    const table = journalName(scratchPrefix);
    const { done } = await writeIf(client, { kind: 'put', table, item, conditions });
    if (!done) throw lostError(table);
    return new Journal(client, scratchPrefix, token);
  }

  /**
   * Notes a table before it is requested.
   * @throws RehearsalLostError, after which nothing may be requested
   */
  async note(table: string): Promise<TableToRemove> {
    await this.renew();
    const notedAt = now();
    const item = { id: `table ${table}`, table, notedAt };
    await writeIf(this.#client, { kind: 'put', table: this.table, item, conditions: [] });
    return { table, requestedAt: new Date(notedAt) };
  }

  /** @throws RehearsalLostError if another process has the lease, or the journal is gone */
  async renew(): Promise<void> {
    await this.#renewal.renewNow();
  }

  /** Ends the work on a journal that stays, because tables that it names do: the next rehearsal goes on at once. */
  async release(): Promise<void> {
    this.end();
    this.#renewal.demand(await this.#write({ renewedAt: now(), released: true }));
  }

  /** Ends the renewing. */
  end(): void {
    void this.#renewal.end();
  }

  /** @returns false if another process has the lease, or the journal is gone */
  async #write(set: PlainItem): Promise<boolean> {
    const key = { id: LEASE };
    const conditions = [equals('token', this.#token), equals('scratchPrefix', this.#scratchPrefix)];
    try {
      const { done } = await writeIf(this.#client, {
        ...{ kind: 'update', table: this.table, key, conditions },
        changes: { set },
      });
      return done;
    } catch (error) {
      if (!(error instanceof TableNotFoundError)) throw error;
      return false;
    }
  }
}

/** Reads what is in a table by the name of a journal. @throws errors of the request */
export async function readJournal(
  client: DynamoDBClient,
  scratchPrefix: string,
  abortSignal: AbortSignal | undefined,
): Promise<JournalContent> {
  const table = journalName(scratchPrefix);
  const pages = pagesOf({
    what: `The scan of ${table}`,
    ask: (after: PlainItem | undefined) => scanPageOfItems({ client, table, after, consistent: true, abortSignal }),
    next: (page) => page.next,
    textOf: JSON.stringify,
  });
  let lease: JournalLease | undefined;
  let isEmpty = true;
  const tables: TableToRemove[] = [];
  for await (const { items } of pages) {
    for (const item of items) {
      isEmpty = false;
      if (item['id'] === LEASE) lease = leaseFrom(item, scratchPrefix);
      const { table: noted, notedAt } = item;
      if (typeof noted === 'string' && item['id'] === `table ${noted}`) {
        tables.push({ table: noted, requestedAt: new Date(String(notedAt)) });
      }
    }
  }
  return { lease, tables, isEmpty };
}

/** @returns undefined for an item that no journal of this prefix has */
function leaseFrom(item: PlainItem, scratchPrefix: string): JournalLease | undefined {
  const { format, scratchPrefix: of, host, pid, since, token, renewedAt, released } = item;
  const isOwn = format === FORMAT && of === scratchPrefix;
  const isWhole = typeof host === 'string' && typeof pid === 'number' && typeof since === 'string';
  if (!isOwn || !isWhole || typeof token !== 'string' || typeof renewedAt !== 'string') return undefined;
  return { host, pid, since, token, renewedAt, isReleased: released === true };
}

function lostError(table: string): RehearsalLostError {
  return new RehearsalLostError(`The journal ${table} is gone, or another process has taken it over.`, [
    'This rehearsal stops, and removes what it made.',
    'Rehearsals are taken for dead after ten minutes without a sign of life.',
  ]);
}

function now(): string {
  return new Date().toISOString();
}

/** Whether an error says that another process has the journal; any other is thrown. */
export function isLost(error: unknown): error is RehearsalLostError {
  return error instanceof CumulusError && error.code === 'REHEARSAL_LOST';
}
