import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '../../../aws/client.ts';
import { TableNotFoundError } from '../../../aws/errors.ts';
import { wholeSecond, zonedTime } from '../../../aws/zoned-time.ts';
import { NotProtectedError, TargetExistsError } from '../../errors.ts';
import { NOTHING_STARTED } from '../../long-work.ts';
import type { RestorableWindow } from '../../protection.ts';
import { checkInstant, latestOfAll, noWindowYet } from '../../restorable-window.ts';
import type { TableToFinish } from '../../settings/finish-table.ts';
import { hasSettings } from '../../settings/give-settings.ts';
import { getRecoveredSettings } from '../../settings/recovered-settings.ts';
import { isRestored } from '../describe.ts';
import { type RestorableTable, targetExists } from '../target.ts';
import { describeCandidate, type RestoreCandidate } from './find.ts';

/** How long a restored table that lacks settings counts as unfinished, in milliseconds. */
const MAX_UNFINISHED = 24 * 3_600_000;

/** The time to restore to, and the client. */
export interface RestoreTimeOptions {
  readonly client: DynamoDBClient;
  /** The instant, rounded down to the second; the latest that all tables can be restored to unless given. */
  readonly at?: Date | undefined;
  /** Whether `at` was counted from now, so that it moves. Then, as with the latest, an unfinished restore goes on at its own instant. */
  readonly relative?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface PlanRestoresOptions extends RestoreTimeOptions {
  /** All of them are restored to the same instant. */
  readonly tables: readonly RestorableTable[];
}

/** A restore to a point in time that can be started. */
export interface PlannedRestore extends RestorableTable, TableToFinish {
  /** The instant. DynamoDB's latest may move on until the restore is started. */
  readonly at: Date;
  /** Whether DynamoDB takes the latest instant that it has by then. */
  readonly useLatest: boolean;
  /** The instant of the same restore, if an earlier call started it. */
  readonly started?: Date | undefined;
  /** Undefined where the source is gone, or is no longer protected, since the restore was started. */
  readonly window?: RestorableWindow | undefined;
}

export interface PlannedRestores {
  /** The instant of all of them. */
  readonly at: Date;
  readonly restores: readonly PlannedRestore[];
}

type CandidateWithSettings = RestoreCandidate & TableToFinish;

/**
 * Finds out whether tables can be restored to one instant; changes nothing. A restore of the same table to the same target
 * and instant that an earlier call started is continued. Without a time, or with a relative one, that holds as long as any
 * of them is unfinished.
 * @throws TableNotFoundError, NotProtectedError; TimeOutsideWindowError, which names each table and its window;
 *   TargetExistsError if a target's name is taken, or it is of another instant; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { planRestoresToTime } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const { at, restores } = await planRestoresToTime({
 *   client,
 *   tables: [{ source: 'prod-GranulesTable', target: 'prod-GranulesTable-monday' }],
 * });
 * console.log(at, restores[0]?.window);
 * ```
 */
export async function planRestoresToTime(options: PlanRestoresOptions): Promise<PlannedRestores> {
  const { client, tables, abortSignal } = options;
  return planCandidates(
    await Promise.all(tables.map((table) => describeCandidate(client, table, abortSignal))),
    options,
  );
}

/** Like {@link planRestoresToTime}, of tables that were looked at. */
export async function planCandidates(
  candidates: readonly RestoreCandidate[],
  { client, at, relative = false, abortSignal }: RestoreTimeOptions,
): Promise<PlannedRestores> {
  const wanted = at === undefined ? undefined : wholeSecond(at);
  const fixed = relative ? undefined : wanted;
  for (const { source, target, description, targetDescription, started } of candidates) {
    if (targetDescription !== undefined && started === undefined) {
      throw targetExists(target, `no restore of ${source} to a time`);
    }
    if (description === undefined && started === undefined) throw await goneError(client, source);
  }
  const tables = await Promise.all(
    candidates.map(async (table) => ({
      ...table,
      settings: await getRecoveredSettings(client, table.source, abortSignal),
    })),
  );
  const common = commonInstant(tables, fixed);
  if (fixed === undefined && common !== undefined && (await areFinished(client, tables, abortSignal))) {
    throw finishedError(tables, common);
  }
  const windows = tables.filter(({ started }) => started === undefined).map(windowOf);
  const instant = common ?? wanted;
  if (instant !== undefined) checkInstant(instant, windows);
  const planned = { at: instant ?? latestOfAll(windows), useLatest: instant === undefined && tables.length === 1 };
  return {
    at: planned.at,
    restores: tables.map(({ source, target, started, settings, protection: { window } }) => ({
      ...{ source, target, started, settings, window },
      ...planned,
    })),
  };
}

function windowOf({ source, protection }: RestoreCandidate): { table: string; window: RestorableWindow } {
  const { enabled, window } = protection;
  if (window !== undefined) return { table: source, window };
  if (enabled) throw noWindowYet([{ table: source }]);
  const problem = `Table ${source} has no point-in-time recovery, so that it has no state to restore.`;
  throw new NotProtectedError([source], problem, [NOTHING_STARTED]);
}

/**
 * The instant of the restores that were started before.
 * @throws TargetExistsError if they are of several, or not of the one that is wanted
 */
function commonInstant(tables: readonly RestoreCandidate[], wanted: Date | undefined): Date | undefined {
  const begun = tables.filter(({ started }) => started !== undefined);
  const common = wanted ?? begun[0]?.started;
  for (const { source, target, started } of begun) {
    if (started === undefined || common === undefined || started.getTime() === common.getTime()) continue;
    throw new TargetExistsError(
      `Table ${target} exists already: restored from ${source} as of ${zonedTime(started)}, not ${zonedTime(common)}.`,
      [NOTHING_STARTED, 'Ask for that time to continue it; for another, choose a name that no table has.'],
      { restoredTo: started },
    );
  }
  return begun.length > 0 ? common : undefined;
}

/**
 * Whether none of the restores that were started before is unfinished. A table that lacks settings counts as unfinished
 * for a day. Later, the source's own settings have probably changed, and a caller who wants the latest state does not
 * mean that table.
 */
async function areFinished(
  client: DynamoDBClient,
  tables: readonly CandidateWithSettings[],
  abortSignal: AbortSignal | undefined,
): Promise<boolean> {
  const finished = await Promise.all(
    tables.map(async ({ targetDescription: target, started, protection: { window }, settings }) => {
      if (target === undefined || started === undefined) return true;
      if (!isRestored(target)) return false;
      const isOld = window !== undefined && window.latest.getTime() - started.getTime() > MAX_UNFINISHED;
      return isOld || (await hasSettings(client, target, settings, abortSignal));
    }),
  );
  return finished.every((isFinished) => isFinished);
}

function finishedError(tables: readonly RestoreCandidate[], instant: Date): TargetExistsError {
  const names = tables.filter(({ started }) => started !== undefined).map(({ target }) => target);
  const all = `${names.length === 1 ? 'Table' : 'Each of'} ${names.join(', ')}`;
  return new TargetExistsError(
    `${all} exists already, restored as of ${zonedTime(instant)}.`,
    [NOTHING_STARTED, 'Ask for that time to check it again; for another state choose a name that no table has.'],
    { restoredTo: instant },
  );
}

async function goneError(client: DynamoDBClient, source: string): Promise<TableNotFoundError> {
  return new TableNotFoundError(source, await placeOf(client), [
    NOTHING_STARTED,
    'With a table its point-in-time recovery is gone. Of a protected one DynamoDB keeps a SYSTEM backup for 35 days.',
  ]);
}
