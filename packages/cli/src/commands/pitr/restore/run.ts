import { CumulusError, InterruptedError, placeOf, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { StoppedError } from '@cumulus/dynamodb/backup';
import {
  createEmptyTable,
  type EmptyTable,
  finishRestore,
  type PlannedRestore,
  type PlannedRestores,
  planDeploymentRestore,
  planRestoresToTime,
  type RestorableTable,
  type Started,
  startRestoreToTime,
} from '@cumulus/dynamodb/recovery';
import { isOptionalTable } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../../command.ts';
import { arnLines, NOT_CARRIED_OVER, settingsLines } from '../../../output/describe-recovered-table.ts';
import { zonedTime } from '../../../output/format.ts';
import { startTogether } from '../../../start-together.ts';
import type { RestoreOptions } from './options.ts';

export async function runRestore(options: RestoreOptions, context: Context): Promise<readonly Task[]> {
  const { table, to, prefix, 'to-prefix': toPrefix } = options;
  const { client, abortSignal } = context;
  const when = { at: options.at?.time, relative: options.at?.relative };
  if (prefix !== undefined && toPrefix !== undefined) {
    const { empty, missing, ...planned } = await planDeploymentRestore({
      client,
      prefix,
      toPrefix,
      ...when,
      abortSignal,
    });
    const commandAt = (time: Date) =>
      `cumulus-api pitr restore --prefix ${prefix} --to-prefix ${toPrefix} --at ${zonedTime(time)}`;
    const work = new RestoreWork(planned, commandAt, options, context);
    return [
      ...planned.restores.map((restore) => work.taskOf(restore)),
      ...empty.map((each) => work.emptyTaskOf(each)),
      ...missing.map((each) => ({ table: each.target, run: async () => [await missingSource(each, context)] })),
    ];
  }
  const tables = [{ source: table ?? '', target: to ?? '' }];
  const planned = await planRestoresToTime({ client, tables, ...when, abortSignal });
  const commandAt = (time: Date) => `cumulus-api pitr restore --table ${table} --to ${to} --at ${zonedTime(time)}`;
  const work = new RestoreWork(planned, commandAt, options, context);
  return planned.restores.map((restore) => work.taskOf(restore));
}

/** Restores that are started together, since DynamoDB works at them at once, and then finished one after the other. */
class RestoreWork {
  readonly #planned: PlannedRestores;
  readonly #commandAt: (time: Date) => string;
  readonly #dryRun: boolean;
  readonly #waits: boolean;
  /** The time that was asked for, where it is not the same when asked for again. */
  readonly #moving: string | undefined;
  readonly #context: Context;
  readonly #start: (restore: PlannedRestore) => Promise<Started<PlannedRestore>>;

  constructor(planned: PlannedRestores, commandAt: (time: Date) => string, options: RestoreOptions, context: Context) {
    this.#planned = planned;
    this.#commandAt = commandAt;
    this.#dryRun = options['dry-run'] === true;
    this.#waits = options['no-wait'] !== true;
    this.#moving = options.latest
      ? 'the latest time now'
      : options.at?.relative
        ? zonedTime(options.at.time)
        : undefined;
    this.#context = context;
    const { client, abortSignal } = context;
    this.#start = startTogether(planned.restores, (restore) => startRestoreToTime(client, restore, abortSignal));
  }

  taskOf(restore: PlannedRestore): Task {
    return { table: restore.target, run: async () => [await this.#restore(restore)] };
  }

  emptyTaskOf(empty: EmptyTable): Task {
    return { table: empty.target, run: async () => [await this.#createEmpty(empty)] };
  }

  async #restore(restore: PlannedRestore): Promise<Outcome> {
    const { client, abortSignal, onProgress } = this.#context;
    const { source, target, window, settings } = restore;
    const continued = restore.started !== undefined;
    const result = {
      table: target,
      source,
      at: this.#planned.at.toISOString(),
      restorable:
        window === undefined ? null : { earliest: window.earliest.toISOString(), latest: window.latest.toISOString() },
      dryRun: this.#dryRun,
      continued,
    };
    if (this.#dryRun) {
      const does = continued ? 'would go on with the restore of' : 'would be restored from';
      return {
        result: { ...result, state: 'planned', given: [], notTaken: [], notCarriedOver: NOT_CARRIED_OVER },
        lines: [
          `${target}: ${does} ${source} as of ${zonedTime(this.#planned.at)}`,
          ...(window === undefined
            ? []
            : [`  ${source} can be restored to ${zonedTime(window.earliest)} until ${zonedTime(window.latest)}`]),
        ],
      };
    }
    const started = await this.#start(restore).catch((error: unknown) => {
      throw this.#notStarted(restore, error);
    });
    const { started: at } = started;
    const command = this.#commandAt(at);
    if (!this.#waits) {
      return {
        result: { ...result, at: at.toISOString(), state: 'restoring', given: [], notTaken: [], finishBy: command },
        lines: [
          `${target}: ${source} as of ${zonedTime(at)} is being restored`,
          `  to wait for it, and give it what DynamoDB does not bring back: ${command}`,
        ],
      };
    }
    const advice = [`DynamoDB goes on with what was begun. To wait for it, and give it its settings: ${command}`];
    const restored = await finishRestore(client, started, { advice, abortSignal, onProgress });
    return {
      result: { ...result, at: at.toISOString(), state: 'restored', ...restored, notCarriedOver: NOT_CARRIED_OVER },
      notTaken: restored.notTaken,
      lines: [
        `${target}: ${source} as of ${zonedTime(at)}${continued ? ', begun by an earlier run' : ''}`,
        ...settingsLines(settings, restored),
        ...arnLines(restored),
        ...(this.#isLast(restore) ? ['  not carried over:', ...NOT_CARRIED_OVER.map((each) => `    ${each}`)] : []),
      ],
      warning:
        continued && this.#moving !== undefined
          ? `${target} is not of ${this.#moving}, but of the restore that an earlier run began: ${zonedTime(at)}.`
          : undefined,
    };
  }

  async #createEmpty(empty: EmptyTable): Promise<Outcome> {
    const { client, abortSignal } = this.#context;
    const { source, target, because } = empty;
    const reason =
      because === 'counts' ? 'cumulus-api counts recount counts its records again' : `${source} is not protected`;
    const result = { table: target, source, dryRun: this.#dryRun, because };
    if (this.#dryRun) {
      return {
        result: { ...result, state: 'planned', given: [], notTaken: [] },
        lines: [`${target}: would be made empty, since ${reason}`],
      };
    }
    const advice = [`To go on: ${this.#commandAt(this.#planned.at)}`];
    const made = await createEmptyTable(client, empty, { advice, abortSignal });
    return {
      result: { ...result, state: 'empty', ...made },
      notTaken: made.notTaken,
      lines: [`${target}: made empty, since ${reason}`, ...settingsLines(empty.settings, made), ...arnLines(made)],
    };
  }

  /** Says how to have what failed done at the same instant as the rest. */
  #notStarted({ source, target }: PlannedRestore, error: unknown): unknown {
    const advice = [`The same again, and only what is not done yet: ${this.#commandAt(this.#planned.at)}`];
    if (this.#context.abortSignal.aborted) {
      return new InterruptedError(`The restore of ${source} to ${target} was interrupted.`, advice, error);
    }
    if (this.#planned.restores.length === 1 || !(error instanceof CumulusError)) return error;
    return new StoppedError(`${target} was not made, other tables were: ${error.message}`, advice, error);
  }

  #isLast(restore: PlannedRestore): boolean {
    return this.#planned.restores.at(-1) === restore;
  }
}

async function missingSource({ source, target }: RestorableTable, { client }: Context): Promise<Outcome> {
  if (isOptionalTable(source)) {
    return {
      result: { table: target, source, state: 'missing' },
      lines: [`${target}: not made, since ${source} does not exist; deployments of 1.17 and 1.18 have none`],
    };
  }
  const error = new TableNotFoundError(source, await placeOf(client), [
    `${target} was not made. With a table its point-in-time recovery is gone.`,
    `Of a protected table DynamoDB keeps a SYSTEM backup for 35 days: cumulus-api on-demand list --table ${source}`,
  ]);
  return {
    result: { table: target, source, state: 'missing' },
    lines: [`${target}: not made, since ${source} does not exist`],
    failure: error.message,
    error,
  };
}
