import {
  type DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  TableAlreadyExistsException,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { explainAwsError } from '../../aws/aws-errors.ts';
import { placeOf } from '../../aws/client.ts';
import { InterruptedError, TableNotFoundError } from '../../aws/errors.ts';
import { abortable, outlastThrottling } from '../../aws/patience.ts';
import { StoppedError } from '../../backup/errors.ts';
import type { ProgressListener, WaitProgress } from '../../items/progress.ts';
import { describeTable, findTable, type TableDescription } from '../../tables/describe.ts';
import { NotProtectedError, TargetExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../nothing-started.ts';
import { describeProtection, type Protection, type RestorableWindow } from '../protection.ts';
import { checkInstant, latestOfAll } from '../restorable-window.ts';
import {
  giveSettings,
  hasSettings,
  type RecoveredSettings,
  type RecoveredSettingsGiven,
  settingsToGive,
} from '../settings/recovered-settings.ts';
import { waitUntil } from '../wait-until.ts';
import { wholeSecond, zonedTime } from '../zoned-time.ts';

/** How long a table may be unknown to DescribeTable after its restore has begun, in milliseconds. */
const MAX_UNSEEN = 60_000;

/** How long a restored table that lacks settings is taken for one that is to be finished, in milliseconds. */
const MAX_UNFINISHED = 24 * 3_600_000;

/** A table, and the name of the one that is to be made of it. */
export interface RestorableTable {
  readonly source: string;
  readonly target: string;
}

export interface PlanRestoresOptions {
  readonly client: DynamoDBClient;
  /** All of them are restored to the same instant. */
  readonly tables: readonly RestorableTable[];
  /** The instant, taken to the second; undefined for the latest that all tables can be restored to. */
  readonly at?: Date | undefined;
  /** Whether the instant was told from now: then, as with the latest, an unfinished restore is gone on with at its own. */
  readonly relative?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A restore that nothing stands against. */
export interface PlannedRestore extends RestorableTable {
  /** Whether an earlier run began it, so that it is only to be finished. */
  readonly started: boolean;
  /** Undefined where the source is gone, or is no longer protected, since the restore began. */
  readonly window?: RestorableWindow;
  readonly settings: RecoveredSettings;
}

export interface PlannedRestores {
  /** The instant; what DynamoDB's latest is may move on until the restore begins. */
  readonly at: Date;
  /** Whether DynamoDB is to take the latest instant that it has by then. */
  readonly useLatest: boolean;
  readonly restores: readonly PlannedRestore[];
}

/** A table and its target as they stand. */
export interface LookedAt extends RestorableTable {
  readonly description: TableDescription | undefined;
  readonly protection: Protection;
  readonly targetDescription: TableDescription | undefined;
  /** The instant of the restore from source to target that was begun before, if one was. */
  readonly startedAt: Date | undefined;
}

/**
 * Finds out whether tables can be restored to an instant; changes nothing. A restore that was begun before, from the
 * same table to the same instant, is gone on with. For the latest instant, or one told from now, that is so while any of
 * them is unfinished.
 * @throws TableNotFoundError, NotProtectedError, TimeOutsideWindowError, TargetExistsError; AccessDeniedError
 */
export async function planRestoresToTime(options: PlanRestoresOptions): Promise<PlannedRestores> {
  const { client, tables, abortSignal } = options;
  const looked = await Promise.all(tables.map((table) => lookAt(client, table, abortSignal)));
  return planLookedAt(looked, options);
}

/** Looks at a table and at what its target's name stands for already. */
export async function lookAt(
  client: DynamoDBClient,
  { source, target }: RestorableTable,
  abortSignal: AbortSignal | undefined,
): Promise<LookedAt> {
  const [description, targetDescription] = await Promise.all([
    findTable(client, source, abortSignal),
    findTable(client, target, abortSignal),
  ]);
  return {
    source,
    target,
    description,
    protection: description === undefined ? { enabled: false } : await describeProtection(client, source, abortSignal),
    targetDescription,
    startedAt: targetDescription === undefined ? undefined : startedFrom(source, targetDescription),
  };
}

/** Like {@link planRestoresToTime}, of tables that were looked at. */
export async function planLookedAt(
  looked: readonly LookedAt[],
  { client, at, relative = false, abortSignal }: Omit<PlanRestoresOptions, 'tables'>,
): Promise<PlannedRestores> {
  const wanted = at === undefined ? undefined : wholeSecond(at);
  const fixed = relative ? undefined : wanted;
  for (const { source, target, description, targetDescription, startedAt } of looked) {
    if (targetDescription !== undefined && startedAt === undefined) {
      throw new TargetExistsError(`Table ${target} exists already, and is no restore of ${source} to a time.`, [
        NOTHING_STARTED,
        'Choose a name that no table has.',
      ]);
    }
    if (description === undefined && startedAt === undefined) throw await goneError(client, source);
  }
  const planned = await Promise.all(
    looked.map(async (table) => ({ ...table, settings: await settingsToGive(client, table.source, abortSignal) })),
  );
  const startedAt = commonInstant(planned, fixed);
  if (fixed === undefined && startedAt !== undefined && (await areFinished(client, planned, abortSignal))) {
    throw new TargetExistsError(`${namesOf(planned)} exists already, restored as of ${zonedTime(startedAt)}.`, [
      NOTHING_STARTED,
      `To check that one again, ask for --at ${zonedTime(startedAt)}; for another state choose a name that no table has.`,
    ]);
  }
  const windows = planned.flatMap(({ source, protection, startedAt: started }) => {
    if (started !== undefined) return [];
    if (protection.window !== undefined) return [{ table: source, window: protection.window }];
    throw new NotProtectedError(`Table ${source} has no point-in-time recovery, so that it has no state to restore.`, [
      NOTHING_STARTED,
      'Other ways back: cumulus-api on-demand list, and the files of cumulus-api backup.',
      `For the future: cumulus-api pitr enable --table ${source}`,
    ]);
  });
  const instant = startedAt ?? wanted;
  if (instant !== undefined) checkInstant(instant, windows);
  return {
    at: instant ?? latestOfAll(windows),
    useLatest: instant === undefined && planned.length === 1,
    restores: planned.map(({ source, target, settings, protection: { window }, startedAt: started }) => ({
      source,
      target,
      started: started !== undefined,
      ...(window === undefined ? {} : { window }),
      settings,
    })),
  };
}

/**
 * Lets DynamoDB begin a restore, unless it was begun before.
 * @returns the instant that it restores to
 * @throws AccessDeniedError, which names the action that is not permitted; and other errors of the request
 */
export async function startRestoreToTime(
  client: DynamoDBClient,
  { source, target, started }: PlannedRestore,
  { at, useLatest }: Pick<PlannedRestores, 'at' | 'useLatest'>,
  abortSignal?: AbortSignal,
): Promise<Date> {
  if (started) return at;
  const command = new RestoreTableToPointInTimeCommand({
    SourceTableName: source,
    TargetTableName: target,
    ...(useLatest ? { UseLatestRestorableTime: true } : { RestoreDateTime: at }),
  });
  try {
    // As many restores as an account may have at once may be under way already.
    const send = () => abortable(() => demandEvidence(client).send(command), abortSignal);
    const { TableDescription: restoring } = await outlastThrottling(send, abortSignal);
    return (useLatest ? restoring?.RestoreSummary?.RestoreDateTime : undefined) ?? at;
  } catch (error) {
    // A request whose answer was lost is sent again by the SDK, and then meets its own table.
    const sentAgain = error instanceof TableAlreadyExistsException && (error.$metadata.attempts ?? 1) > 1;
    const met = sentAgain ? await findTable(client, target, abortSignal) : undefined;
    const startedAt = met === undefined ? undefined : startedFrom(source, met);
    if (startedAt !== undefined) return startedAt;
    throw await explainAwsError(error, client, { action: 'RestoreTableToPointInTime', table: source });
  }
}

/** A table that was restored, with all that it is to have. */
export interface RestoredTable extends RecoveredSettingsGiven {
  readonly arn: string;
  readonly streamArn?: string;
}

export interface FinishRestoreOptions {
  /** How to have the restore finished if this is stopped, a sentence each. */
  readonly advice: readonly string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<WaitProgress> | undefined;
}

/**
 * Waits until a restore has come to its end, and gives the table the settings that DynamoDB does not bring back.
 * @throws InterruptedError, StoppedError, both with the advice
 */
export async function finishRestore(
  client: DynamoDBClient,
  { source, target, settings }: Pick<PlannedRestore, 'source' | 'target' | 'settings'>,
  { advice, abortSignal, onProgress }: FinishRestoreOptions,
): Promise<RestoredTable> {
  const since = performance.now();
  let wasSeen = false;
  await waitUntil({
    table: target,
    look: () => findTable(client, target, abortSignal),
    isOver: (table) => {
      if (table !== undefined) wasSeen = true;
      else if (wasSeen || performance.now() - since > MAX_UNSEEN) {
        throw new StoppedError(`Table ${target} is gone: its restore failed, or it was deleted meanwhile.`, [
          ...(source === target ? [] : [`Table ${source} is as it was.`]),
          ...advice,
        ]);
      }
      return table?.status === 'ACTIVE' && table.restoredFrom?.inProgress !== true;
    },
    stateOf: (table) => table?.status ?? 'not there yet',
    advice,
    abortSignal,
    onProgress,
  });
  return finishWithSettings(client, { target, settings }, { advice, abortSignal });
}

/** Gives a table that recovery made its settings; whatever goes wrong then, the table itself is whole. */
export async function finishWithSettings(
  client: DynamoDBClient,
  { target, settings }: Pick<PlannedRestore, 'target' | 'settings'>,
  { advice, abortSignal }: FinishRestoreOptions,
): Promise<RestoredTable> {
  try {
    const given = await giveSettings(client, target, settings, abortSignal);
    const { arn, streamArn } = await describeTable(client, target, abortSignal);
    return { ...given, arn, ...(streamArn === undefined ? {} : { streamArn }) };
  } catch (error) {
    const explained = await explainAwsError(error, client, { action: 'UpdateTable', table: target });
    if (explained instanceof InterruptedError) {
      throw new InterruptedError(`The restore to ${target} was interrupted before it had its settings.`, advice, error);
    }
    if (!(explained instanceof Error)) throw explained;
    throw new StoppedError(
      `Table ${target} holds its items, but could not get all of its settings: ${explained.message}`,
      advice,
      explained,
    );
  }
}

/** The instant of the restore that made a table, if it is one of this source by point-in-time recovery. */
function startedFrom(source: string, { restoredFrom }: TableDescription): Date | undefined {
  const isOfSource = restoredFrom?.tableArn?.endsWith(`:table/${source}`) === true;
  return isOfSource && restoredFrom.backupArn === undefined ? wholeSecond(restoredFrom.time) : undefined;
}

/**
 * The instant of the restores that were begun before.
 * @throws TargetExistsError if they are of several, or not of the one that is wanted
 */
function commonInstant(tables: readonly LookedAt[], wanted: Date | undefined): Date | undefined {
  let common = wanted;
  let isStarted = false;
  for (const { source, target, startedAt } of tables) {
    if (startedAt === undefined) continue;
    isStarted = true;
    common ??= startedAt;
    if (startedAt.getTime() === common.getTime()) continue;
    throw new TargetExistsError(
      `Table ${target} exists already: restored from ${source} as of ${zonedTime(startedAt)}, not ${zonedTime(common)}.`,
      [
        NOTHING_STARTED,
        `To go on with that restore, ask for --at ${zonedTime(startedAt)}; for another, choose a name that no table has.`,
      ],
    );
  }
  return isStarted ? common : undefined;
}

/**
 * Whether none of the restores that were begun wants finishing. A table that lacks settings does for a day: later it is
 * rather that its source got others since, and nobody who asks for the latest state means that one.
 */
async function areFinished(
  client: DynamoDBClient,
  tables: readonly (LookedAt & Pick<PlannedRestore, 'settings'>)[],
  abortSignal: AbortSignal | undefined,
): Promise<boolean> {
  const finished = await Promise.all(
    tables.map(async ({ targetDescription: target, startedAt, protection: { window }, settings }) => {
      if (target === undefined || startedAt === undefined) return true;
      if (target.status !== 'ACTIVE' || target.restoredFrom?.inProgress === true) return false;
      const isOld = window !== undefined && window.latest.getTime() - startedAt.getTime() > MAX_UNFINISHED;
      return isOld || (await hasSettings(client, target, settings, abortSignal));
    }),
  );
  return finished.every((isFinished) => isFinished);
}

function namesOf(tables: readonly LookedAt[]): string {
  const names = tables.filter(({ startedAt }) => startedAt !== undefined).map(({ target }) => target);
  return `${names.length === 1 ? 'Table' : 'Each of'} ${names.join(', ')}`;
}

async function goneError(client: DynamoDBClient, source: string): Promise<TableNotFoundError> {
  return new TableNotFoundError(source, await placeOf(client), [
    NOTHING_STARTED,
    'With a table its point-in-time recovery is gone. Of a protected one DynamoDB keeps a SYSTEM backup for 35 days:',
    `cumulus-api on-demand list --table ${source}, then cumulus-api on-demand restore --backup ARN --to NEW`,
  ]);
}
