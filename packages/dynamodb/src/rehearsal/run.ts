import { type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { CumulusError, InterruptedError } from '../aws/errors.ts';
import { runWorkers } from '../aws/workers.ts';
import { StoppedError } from '../backup/errors.ts';
import { TargetExistsError } from '../recovery/errors.ts';
import { findTable } from '../tables/describe.ts';
import { estimateDeployment } from './estimate.ts';
import type { PlannedRehearsal, PlannedTable } from './plan.ts';
import { type RehearsalOutcome, type RehearsalReport, type RehearsedTable, rehearsalReport } from './report/report.ts';
import { type Cleared, clearEarlier, refuseOthers } from './scratch/earlier.ts';
import { isLost, Journal } from './scratch/journal.ts';
import { journalName } from './scratch/names.ts';
import { type Leftover, removeTables, type TableToRemove } from './scratch/remove-tables.ts';

/** Tables that are restored at once, unless another number is given. */
const DEFAULT_CONCURRENCY = 4;

/** How long the tables of an interrupted rehearsal may take to go, in milliseconds: somebody waits for it. */
const MAX_WAIT_INTERRUPTED = 60_000;

/** A rehearsal that came to its end. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  /** Why tables of this rehearsal, or of earlier ones, could not be removed. */
  readonly leftovers: readonly Leftover[];
}

/**
 * Rehearses: restores each table to a scratch table, compares it by value with what it must be, and removes what it made. What
 * goes wrong with a table is in the report, and does not keep the others from being rehearsed. It writes to no table that it did
 * not make.
 * @throws RehearsalRunningError; RehearsalLostError if another process took this one for dead; InterruptedError, which names what
 *   could not be removed; what keeps the journal from being made
 * @example
 * ```ts
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { planRehearsal, runRehearsal } from '@cumulus/dynamodb/rehearsal';
 *
 * const [client, streams] = [createClient(), createStreamsClient()];
 * const planned = await planRehearsal({ client, streams, prefix: 'prod', from: 'pitr' });
 * const { report, leftovers } = await runRehearsal(planned);
 * console.log(report.outcome, leftovers); // proved, []
 * ```
 */
export async function runRehearsal(planned: PlannedRehearsal): Promise<Rehearsal> {
  const { options, scratchPrefix } = planned;
  const { client, prefix, abortSignal, onWarning } = options;
  const startedAt = new Date();
  const earlier = await clearEarlier(client, prefix, { abortSignal, onWarning });
  const journal = await createJournal(client, scratchPrefix);
  const run = new Run(planned, journal);
  let tables: readonly RehearsedTable[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    await refuseOthers(client, prefix, scratchPrefix, abortSignal);
    tables = await run.rehearseAll();
  } catch (error) {
    failure = { error };
  }
  const cleared = await run.clear(failure === undefined ? undefined : MAX_WAIT_INTERRUPTED);
  if (failure !== undefined) throw explainFailure(failure.error, planned, cleared);
  const leftovers = [...earlier.leftovers, ...cleared.leftovers];
  const endedAt = new Date();
  const report = rehearsalReport({
    prefix,
    region: planned.region,
    from: options.from,
    scratchPrefix,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    seconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    outcome: worstOf(tables),
    tables,
    wholeDeployment: estimateDeployment(options.from, [
      ...tables.map(({ table, bytes, restoreSeconds: seconds }) => ({ table, bytes, seconds })),
      ...planned.others.map((other) => ({ ...other, seconds: null })),
    ]),
    removed: cleared.removed,
    notRemoved: leftovers.map(({ table }) => table),
    removedFromEarlier: earlier.removed,
  });
  return { report, leftovers };
}

/** What a rehearsal makes, and removes. */
class Run {
  readonly #planned: PlannedRehearsal;
  readonly #journal: Journal;
  readonly #abortSignal: AbortSignal;
  /** Tables that may be there. */
  readonly #made = new Map<string, TableToRemove>();
  readonly #removed: string[] = [];

  constructor(planned: PlannedRehearsal, journal: Journal) {
    this.#planned = planned;
    this.#journal = journal;
    const { abortSignal } = planned.options;
    this.#abortSignal = AbortSignal.any([journal.lost, ...(abortSignal === undefined ? [] : [abortSignal])]);
  }

  async rehearseAll(): Promise<readonly RehearsedTable[]> {
    const { tables, options } = this.#planned;
    const rehearsed = new Map<PlannedTable, RehearsedTable>();
    const waiting = tables.values();
    const count = Math.min(options.concurrency ?? DEFAULT_CONCURRENCY, tables.length);
    await runWorkers(count, this.#abortSignal, async (signal) => {
      for (const table of waiting) {
        signal.throwIfAborted();
        rehearsed.set(table, await this.#rehearse(table, signal));
      }
    });
    return tables.flatMap((table) => rehearsed.get(table) ?? []);
  }

  /**
   * Removes what is left of what was made, and then the journal. If it was taken by another process, that removes it.
   * @param maxWait how long to wait for a table, in milliseconds
   */
  async clear(maxWait: number | undefined): Promise<Cleared> {
    this.#journal.end();
    const { removed, leftovers } = await removeTables(this.#planned.options.client, [...this.#made.values()], maxWait);
    const all = [...this.#removed, ...removed];
    if (this.#journal.lost.aborted) return { removed: all, leftovers };
    const { table } = this.#journal;
    if (leftovers.length > 0) {
      // Where it cannot be released, it is taken for dead later.
      await this.#journal.release().catch(() => undefined);
      return { removed: all, leftovers: [...leftovers, { table, because: 'It names tables that are still there.' }] };
    }
    const last = await removeTables(this.#planned.options.client, [{ table }], maxWait);
    return { removed: [...all, ...last.removed], leftovers: last.leftovers };
  }

  async #rehearse(planned: PlannedTable, signal: AbortSignal): Promise<RehearsedTable> {
    const { table, scratchTable, source, sourceTime, bytes, problem } = planned;
    let row: RehearsedTable = {
      ...{ table, source, sourceTime, scratchTable, bytes, failure: problem, warning: null, outcome: 'failed' },
      ...{ items: null, restoreSeconds: null, proveSeconds: null, proof: null },
    };
    if (problem !== null) return row;
    try {
      await this.#requireNone(scratchTable, signal);
      this.#made.set(scratchTable, await this.#journal.note(scratchTable));
      const begun = performance.now();
      const restored = await planned.restore(scratchTable, signal);
      row = {
        ...row,
        source: restored.source ?? source,
        sourceTime: restored.sourceTime ?? sourceTime,
        restoreSeconds: secondsSince(begun),
      };
      const restoredAt = performance.now();
      const { failure = null, warning = null, ...proved } = await restored.prove(signal);
      row = { ...row, ...proved, failure, warning, proveSeconds: secondsSince(restoredAt) };
    } catch (error) {
      if (signal.aborted || isLost(error) || !(error instanceof CumulusError)) throw error;
      row = { ...row, failure: error.problem };
    }
    await this.#remove(scratchTable);
    return row;
  }

  /** A table that has the name already is somebody else's, and must not be removed. */
  async #requireNone(scratchTable: string, signal: AbortSignal): Promise<void> {
    if ((await findTable(this.#planned.options.client, scratchTable, signal)) === undefined) return;
    throw new TargetExistsError(`Table ${scratchTable} exists already, and is not of this rehearsal.`, []);
  }

  /** Removes a table as soon as it is not needed any more, since it costs. What fails is tried again at the end. */
  async #remove(scratchTable: string): Promise<void> {
    const made = this.#made.get(scratchTable);
    if (made === undefined) return;
    const { removed, leftovers } = await removeTables(this.#planned.options.client, [made]);
    if (leftovers.length > 0) return;
    this.#removed.push(...removed);
    this.#made.delete(scratchTable);
  }
}

async function createJournal(client: DynamoDBClient, scratchPrefix: string): Promise<Journal> {
  try {
    return await Journal.create(client, scratchPrefix);
  } catch (error) {
    // A table that has the name already is somebody else's.
    const isOther = (error as Error).cause instanceof ResourceInUseException;
    if (isOther || !(error instanceof CumulusError)) throw error;
    const { leftovers } = await removeTables(client, [{ table: journalName(scratchPrefix), requestedAt: new Date() }]);
    if (leftovers.length === 0) throw error;
    throw new StoppedError(`No journal could be made: ${error.problem}`, leftovers.map(describeLeftover), error);
  }
}

function explainFailure(error: unknown, { options }: PlannedRehearsal, { removed, leftovers }: Cleared): unknown {
  const isInterrupted = options.abortSignal?.aborted === true;
  if (!isInterrupted && leftovers.length === 0) return error;
  const advice = [
    `Removed: ${removed.length === 0 ? 'nothing, since nothing was there' : removed.join(', ')}.`,
    ...leftovers.map(describeLeftover),
    ...(leftovers.length === 0 ? [] : ['The next rehearsal of the prefix removes what is left.']),
  ];
  if (isInterrupted) return new InterruptedError(`The rehearsal of ${options.prefix} was interrupted.`, advice, error);
  if (!(error instanceof CumulusError)) return error;
  return new StoppedError(`The rehearsal of ${options.prefix} stopped: ${error.problem}`, advice, error);
}

function describeLeftover({ table, because }: Leftover): string {
  return `Still there: ${table}. ${because}`;
}

function worstOf(tables: readonly RehearsedTable[]): RehearsalOutcome {
  const outcomes = new Set(tables.map(({ outcome }) => outcome));
  if (outcomes.has('failed')) return 'failed';
  return outcomes.has('restored') ? 'restored' : 'proved';
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}
