import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type ChainedExport,
  chainOf,
  type ExportChain,
  endOf,
  endOfChains,
  readExportChains,
} from '../../archive/read/export-chain.ts';
import { appendExport } from '../../archive/store/append-export.ts';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { pause } from '../../aws/pause.ts';
import { tableOfManifest } from '../../backup/back-up/table-of-manifest.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { describeTable, type TableDescription } from '../../tables/describe.ts';
import { describeFully } from '../../tables/describe-fully.ts';
import { NotProtectedError } from '../errors.ts';
import type { TableExport } from '../export/describe.ts';
import { type ExportDestination, parseDestination } from '../export/destination.ts';
import { findExportsSince } from '../export/find.ts';
import { waitForExport } from '../export/finish.ts';
import { startExport } from '../export/start.ts';
import { describeProtection, type RestorableWindow } from '../protection.ts';
import { noWindowYet } from '../restorable-window.ts';
import {
  type ArchivedExport,
  DEFAULT_EXPORT_POLL,
  DEFAULT_EXPORT_WINDOW,
  type FollowByExportEvent,
  type FollowByExportOptions,
  type FollowByExportResult,
  MAX_EXPORT_WINDOW,
  MIN_EXPORT_WINDOW,
} from './options.ts';
import { continuesAt, isDue, type NextOrStarted, type PlanNextOptions, planNext } from './plan-next.ts';
import { proveExport } from './prove-export.ts';

/** How many looks are left out after an export that failed. */
const LOOKS_AFTER_FAILURE = 5;

/** What a broken export throws, so that another one is made in its place. */
const OF_EXPORTS = new Set(['EXPORT_FAILED', 'CORRUPT_BACKUP', 'MANIFEST_INVALID']);

/** What may be otherwise when it is tried again. */
const PASSING = new Set([...OF_EXPORTS, 'TIME_OUTSIDE_WINDOW', 'CONNECTION_FAILED', 'THROTTLED', 'STOPPED']);

/**
 * Archives a table by DynamoDB's own exports, whatever its size: a full one, and then an incremental one for each window. No stream is read.
 * The ends of windows can be restored, and the instants of full exports; nothing between them. It goes on until the signal; with `once`,
 * until every window that is over is archived.
 *
 * An export becomes part of the archive once DynamoDB has completed it, its manifests are checked, and all of its data files are found. What
 * a follower that was killed has started is found again. If changes are missing, since point-in-time recovery was off or does not reach back
 * far enough, that is kept as a gap, and a full export follows.
 * @throws RangeError for a window that DynamoDB does not take; StorageError for an archive that is not in S3
 * @throws NotProtectedError for a table without point-in-time recovery; TimeOutsideWindowError while it has no window yet, with `once`
 * @throws ExportFailedError, CorruptBackupError with `once`; TableNotFoundError, AccessDeniedError, ConnectionError, ThrottledError,
 *   StorageError, ArchiveDamagedError, InterruptedError
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { followByExport } from '@cumulus/dynamodb/recovery';
 *
 * const { exports, reached } = await followByExport({
 *   client: createClient(),
 *   table: 'prod-GranulesTable',
 *   archive: 's3://my-archive/prod',
 *   window: 3_600_000,
 *   once: true,
 * });
 * console.log(`${exports.length} exports, up to ${reached?.toISOString()}`);
 * ```
 */
export async function followByExport(options: FollowByExportOptions): Promise<FollowByExportResult> {
  const { archive, s3, window = DEFAULT_EXPORT_WINDOW, once = false, abortSignal } = options;
  if (!(window >= MIN_EXPORT_WINDOW && window <= MAX_EXPORT_WINDOW) || window % 1000 !== 0) {
    throw new RangeError(
      `The window of an incremental export is 15 minutes to 24 hours, in whole seconds, not ${window} ms.`,
    );
  }
  const { bucketOwner, kmsKeyId } = options;
  const destination = { ...parseDestination(archive), bucketOwner, kmsKeyId };
  const storage = await openStorage(archive, { s3, abortSignal });
  const follower = new ExportFollower(options, storage, destination, window);
  try {
    await follower.run();
    return follower.result;
  } catch (error) {
    // That it goes on until the signal is no failure.
    if (abortSignal?.aborted && !once) return follower.result;
    throw error;
  }
}

/** What is known when an export is planned. */
interface Look extends PlanNextOptions {
  readonly description: TableDescription;
}

class ExportFollower {
  readonly #options: FollowByExportOptions;
  readonly #storage: Storage;
  readonly #destination: ExportDestination;
  readonly #window: number;
  /** Exports that DynamoDB completed, and that are not whole. */
  readonly #unusable = new Set<string>();
  readonly #exports: ArchivedExport[] = [];
  #items = 0;
  #bytes = 0;
  #gaps = 0;
  #reached: Date | undefined;

  constructor(options: FollowByExportOptions, storage: Storage, destination: ExportDestination, window: number) {
    this.#options = options;
    this.#storage = storage;
    this.#destination = destination;
    this.#window = window;
  }

  get result(): FollowByExportResult {
    const { table } = this.#options;
    const [items, bytes, gaps, reached] = [this.#items, this.#bytes, this.#gaps, this.#reached];
    return { table, exports: [...this.#exports], items, bytes, gaps, reached };
  }

  async run(): Promise<void> {
    const { once = false, pollInterval = DEFAULT_EXPORT_POLL, table } = this.#options;
    for (;;) {
      let looks = 1;
      try {
        const look = await this.#look();
        if (look !== undefined && isDue(look)) {
          await this.#export(look);
          continue;
        }
        if (once) return;
      } catch (error) {
        if (once || !(error instanceof CumulusError) || !PASSING.has(error.code)) throw error;
        this.#report({ kind: 'export failed', table, error });
        looks = LOOKS_AFTER_FAILURE;
      }
      await this.#wait(pollInterval * looks);
    }
  }

  /** @returns undefined while there is no instant yet that could be exported */
  async #look(): Promise<Look | undefined> {
    const { client, table, once, fullEvery, abortSignal } = this.#options;
    const description = await describeTable(client, table, abortSignal);
    const restorable = await restorableWindow(client, table, abortSignal);
    if (restorable === undefined) {
      if (once) throw noWindowYet([{ table }]);
      return undefined;
    }
    const names = (await this.#storage.list(`${table}.`)) ?? [];
    const chains = await readExportChains(this.#storage, table, names, abortSignal);
    const chain = chainOf(chains, description.id);
    if (chain.isOpen && chain.head !== undefined) this.#reached = new Date(endOf(chain.head));
    return { description, restorable, chain, lastEnd: endOfChains(chains), window: this.#window, fullEvery };
  }

  /** Starts what is due, and archives it in its order. */
  async #export(look: Look): Promise<void> {
    const { table, client, abortSignal } = this.#options;
    const { arn: tableArn } = look.description;
    const known = await this.#known(look);
    const failures = known.failures + this.#unusable.size;
    const started: { readonly next: NextOrStarted; readonly arn: string }[] = [];
    for (const next of planNext(look, known.exports)) {
      const planned = { ...next, table, tableArn, destination: this.#destination, failures };
      const { arn } = await startExport(client, planned, abortSignal);
      const kind = next.started === undefined ? 'export started' : 'export found';
      this.#report({ kind, table, ...describeNext(next, arn) });
      started.push({ next, arn });
    }
    let { chain } = look;
    for (const { next, arn } of started) {
      const archived = await this.#archive(look, chain, next, arn);
      // Another follower was first with another export, or this one is not whole: what comes next is planned again.
      if (archived === undefined) return;
      chain = { ...chain, head: archived, lastNumber: chain.lastNumber + 1 };
    }
  }

  /** Exports that may be those that come next. */
  async #known(look: Look): Promise<{ readonly exports: readonly TableExport[]; readonly failures: number }> {
    const { client, table, abortSignal } = this.#options;
    const { id, arn: tableArn } = look.description;
    const end = continuesAt(look) ?? look.restorable.latest.getTime() - MAX_EXPORT_WINDOW;
    const { exports, failures } = await findExportsSince({
      ...{ client, table, tableArn, destination: this.#destination, since: new Date(end), abortSignal },
    });
    const isOurs = ({ arn, tableId }: TableExport): boolean =>
      !this.#unusable.has(arn) && (tableId === undefined || tableId === id);
    return { exports: exports.filter(isOurs), failures };
  }

  /** @returns undefined if another export has its place, or it is not whole and another one is to be made */
  async #archive(
    { description }: Look,
    chain: ExportChain,
    next: NextOrStarted,
    arn: string,
  ): Promise<ChainedExport | undefined> {
    const { client, table, s3, abortSignal, onProgress } = this.#options;
    const { id, name, arn: tableArn } = description;
    const advice = ['Follow the table again: it goes on with this export.'];
    try {
      const complete = await waitForExport(client, arn, { s3, advice, abortSignal, onProgress });
      const exported = await proveExport(this.#storage, id, next, complete, { s3, abortSignal });
      const settings =
        next.changesSince === undefined
          ? await tableOfManifest(client, description, await describeFully(client, description, { abortSignal }))
          : null;
      const noted = { gap: next.gap, export: exported, settings };
      const there = await appendExport(this.#storage, { name, arn: tableArn, id }, chain, noted);
      if (there.note.export.arn !== arn) return undefined;
      this.#count(there, next);
      return there;
    } catch (error) {
      const isBroken = error instanceof CumulusError && OF_EXPORTS.has(error.code);
      if (isBroken) this.#unusable.add(arn);
      if (!isBroken || next.started === undefined) throw error;
      // It was found as it is. Another one may be whole.
      this.#report({ kind: 'export failed', table, error });
      return undefined;
    }
  }

  #count({ note }: ChainedExport, { at, changesSince, gap }: NextOrStarted): void {
    const { table } = this.#options;
    const { arn, items, bytes } = note.export;
    const archived = describeNext({ at, changesSince }, arn);
    if (gap !== null && gap.from !== null) {
      this.#gaps += 1;
      this.#report({ kind: 'gap', table, gap });
    }
    this.#exports.push(archived);
    this.#items += items;
    this.#bytes += bytes;
    this.#reached = at;
    this.#report({ kind: 'export archived', table, items, bytes, ...archived });
  }

  async #wait(milliseconds: number): Promise<void> {
    const { abortSignal, table } = this.#options;
    try {
      await pause(milliseconds, abortSignal);
    } catch (error) {
      throw new InterruptedError(`The following of table ${table} was interrupted.`, [], error);
    }
  }

  #report(event: FollowByExportEvent): void {
    this.#options.onEvent?.(event);
  }
}

async function restorableWindow(
  client: DynamoDBClient,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<RestorableWindow | undefined> {
  const { enabled, window } = await describeProtection(client, table, abortSignal);
  if (!enabled) {
    throw new NotProtectedError([table], `Table ${table} has no point-in-time recovery, which exports read from.`, [
      'Turn it on, and follow the table again.',
    ]);
  }
  return window === undefined || window.latest < window.earliest ? undefined : window;
}

function describeNext({ at, changesSince }: Pick<NextOrStarted, 'at' | 'changesSince'>, arn: string): ArchivedExport {
  const type = changesSince === undefined ? 'FULL_EXPORT' : 'INCREMENTAL_EXPORT';
  return { arn, type, from: changesSince, to: at };
}
