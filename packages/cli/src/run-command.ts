import type { S3Client } from '@aws-sdk/client-s3';
import {
  type ClientOptions,
  CumulusError,
  createClient,
  createS3Client,
  type Identity,
  InterruptedError,
} from '@cumulus/dynamodb/aws';
import type { ObjectSettings } from '@cumulus/dynamodb/storage';
import { Caller } from './caller.ts';
import type { ChosenCommand, Context, Outcome, Task } from './command.ts';
import { NotConfirmedError } from './errors.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { printableIo } from './output/printable.ts';
import { showProgress } from './output/progress/show-progress.ts';
import { isDryRun, Report } from './output/report.ts';
import { NearTables } from './tables/near-tables.ts';
import { confirm } from './terminal/confirm.ts';
import { Interruption } from './terminal/interruption.ts';
import type { Io } from './terminal/io.ts';
import { UsageError } from './usage-error.ts';

/**
 * Carries out a command, one task after the other. A task that fails does not keep the next from being done; an
 * interruption does.
 * @returns the exit status
 * @throws UsageError if planning finds the command line wrong
 */
export async function runCommand(command: ChosenCommand, terminal: Io): Promise<number> {
  const io = printableIo(terminal);
  const { region, profile, 'endpoint-url': endpoint, quiet } = command.options;
  const where = { region, profile, endpoint };
  const interruption = new Interruption();
  const { abortSignal } = interruption;
  const progress = await showProgress(terminal.stderr, quiet);
  const report = new Report(command, terminal, progress);
  const onIdentity = saysIdentity(command) ? (is: Identity): void => report.identify(is) : undefined;
  const caller = new Caller({ where, onIdentity, abortSignal });
  const client = createClient({ ...where, onCredentials: caller.onCredentials });
  const { credentials } = client.config;
  let s3Client: Promise<S3Client> | undefined;
  try {
    await runTasks(command, report, caller, {
      client,
      s3: () => {
        s3Client ??= createS3({ region, profile, credentials }, command.objectSettings, (warning) =>
          report.warn(warning),
        );
        return s3Client;
      },
      stdin: io.stdin,
      writeResults: (results, as) => report.stream(results, as, abortSignal),
      confirm: async (ask, untouched) => {
        const question = isConfirmed(command) ? undefined : await ask();
        if (question === undefined) return;
        progress.clear();
        if (!(await confirm(question, io, abortSignal))) throw new NotConfirmedError(untouched);
      },
      abortSignal,
      onProgress: (made) => progress.update(made),
      onWarning: (warning) => report.warn(warning),
      onNote: (note) => report.note(note),
    });
    const done = command.warnsByStatus && report.warned ? EXIT_STATUS.warned : EXIT_STATUS.done;
    const exitStatus = report.complete ? done : (interruption.exitStatus ?? EXIT_STATUS.failed);
    report.end(exitStatus);
    return exitStatus;
  } finally {
    progress.end();
    client.destroy();
    (await s3Client?.catch(() => undefined))?.destroy();
    interruption.end();
  }
}

/** Whether a person is to see whose credentials are used: before anything is done, or where all is to be seen. */
function saysIdentity(command: ChosenCommand): boolean {
  const { quiet, verbose } = command.options;
  return !quiet && (verbose || isDryRun(command));
}

async function createS3(
  where: ClientOptions,
  { lock, ...settings }: ObjectSettings,
  onWarning: (warning: string) => void,
): Promise<S3Client> {
  const { withObjectSettings } = await import('@cumulus/dynamodb/storage');
  return withObjectSettings(await createS3Client(where), { ...settings, lock: lock && { ...lock, onWarning } });
}

/** Whether nobody has to be asked: `--yes` was given, or nothing is done. */
function isConfirmed(command: ChosenCommand): boolean {
  return isDryRun(command) || (command.options as { readonly yes?: boolean }).yes === true;
}

async function runTasks(command: ChosenCommand, report: Report, caller: Caller, context: Context): Promise<void> {
  const near = new NearTables(context.client, context.abortSignal);
  const { prefix } = command.options as { readonly prefix?: string };
  const fail = async (task: Pick<Task, 'table' | 'file'>, thrown: unknown): Promise<void> => {
    const error = ofInterruption(thrown, command, context);
    report.failed(task, error, await near.suggest(error, prefix));
  };
  const suggest = async (outcome: Outcome): Promise<Outcome> => {
    const suggestions = await near.suggest(outcome.error ?? {}, prefix);
    return suggestions.length === 0 ? outcome : { ...outcome, failure: [outcome.failure, ...suggestions].join('\n  ') };
  };
  let tasks: readonly Task[];
  try {
    if (command.tableArns.length > 0) {
      const { requireNamedByArn } = await import('./tables/require-named-by-arn.ts');
      await requireNamedByArn(command.tableArns, { ...context, caller });
    }
    tasks = await command.run(context);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    await fail({ table: null }, error);
    return;
  }
  for (const task of tasks) {
    try {
      report.done(await Promise.all((await task.run()).map(suggest)));
    } catch (error) {
      await fail(task, error);
      if (context.abortSignal.aborted) return;
    }
  }
}

/** The error itself, but for one that says no more than that the work was aborted, if it was. */
function ofInterruption(error: unknown, { name }: ChosenCommand, { abortSignal }: Context): unknown {
  if (!abortSignal.aborted || error instanceof CumulusError) return error;
  return new InterruptedError(`${name} was interrupted.`, [], error);
}
