import { CumulusError, type Identity } from '@cumulus/dynamodb/aws';
import type { ChosenCommand, Outcome, ResultTexts, Task } from '../command.ts';
import { inColour, takesColours } from '../terminal/colours.ts';
import type { Io, Output } from '../terminal/io.ts';
import { adviceOn } from './advice.ts';
import { describeSettingNotTaken } from './describe-settings.ts';
import { type ErrorFields, errorFields, JsonOutput, jsonFormOf } from './json-output.ts';
import { printable, printableIo } from './printable.ts';
import type { ProgressDisplay } from './progress/progress-display.ts';
import { RepeatedErrors } from './repeated-errors.ts';
import { writeEach } from './write-each.ts';

/** Reports the result of a command to the user: results on standard output, errors and warnings on standard error. */
export class Report {
  readonly #command: ChosenCommand;
  readonly #io: Io;
  /** Standard output itself, for the colour of a status. */
  readonly #screen: Output;
  readonly #progress: ProgressDisplay;
  readonly #json: JsonOutput | undefined;
  readonly #repeated = new RepeatedErrors();
  readonly #warnings: string[] = [];
  /** By what was not set, the tables. */
  readonly #notTaken = new Map<string, readonly string[]>();
  readonly #dryRun: boolean;
  #summary: object | null = null;
  #error: ErrorFields | null = null;
  #complete = true;
  #warned = false;

  constructor(command: ChosenCommand, terminal: Io, progress: ProgressDisplay) {
    this.#command = command;
    const io = printableIo(terminal);
    this.#io = io;
    this.#screen = terminal.stdout;
    this.#progress = progress;
    this.#dryRun = isDryRun(command);
    const form = jsonFormOf(command.options);
    if (form !== undefined)
      this.#json = new JsonOutput(io.stdout, form, { command: command.name, dryRun: this.#dryRun });
  }

  /** Whether everything was done so far. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether a result has a warning. */
  get warned(): boolean {
    return this.#warned;
  }

  /** Takes what a task that came to its end has to say. */
  done(outcomes: readonly Outcome[]): void {
    this.#progress.clear();
    for (const outcome of outcomes) {
      const { result, isSummary = false, warning, failure, error, notTaken = [] } = outcome;
      if (isSummary) this.#summary = result;
      else this.#write({ ...result, warning, failure, error: error === undefined ? undefined : errorFields(error) });
      if (this.#isInWords && outcome.lines.length > 0) this.#writeLines(outcome);
      for (const setting of notTaken) this.#noteNotTaken(describeSettingNotTaken(setting), tableOf(result));
      if (warning !== undefined) {
        this.#warned = true;
        this.#warn(warning);
      }
      if (failure === undefined) continue;
      this.#complete = false;
      if (error === undefined || this.#repeated.isNew(error, tableOf(result))) this.#writeFailure(failure);
    }
  }

  /** Writes results that are no outcomes, as they come. */
  async stream<T>(
    results: AsyncIterable<T>,
    { json, line, evenIfQuiet = false }: ResultTexts<T>,
    abortSignal: AbortSignal,
  ): Promise<void> {
    const output = this.#json;
    const textOf = (result: T): string => {
      this.#progress.clear();
      return output === undefined ? `${line(result)}\n` : output.textOf(json(result));
    };
    if (output !== undefined || evenIfQuiet || !this.#command.options.quiet) {
      await writeEach(results, textOf, this.#io.stdout, abortSignal);
      return;
    }
    for await (const _ of results) abortSignal.throwIfAborted();
  }

  /** Takes the error that ended a task, and what may have been meant; one that is of no table and no file is the run's. */
  failed(task: Pick<Task, 'table' | 'file'>, error: unknown, suggestions: readonly string[]): void {
    const advice = [...suggestions, ...adviceOn(error, this.#command)];
    const fields = errorFields(error, advice);
    const { table, file } = task;
    if (table === null && file === undefined) this.#error ??= fields;
    else this.#write({ table, file, failure: fields.message, error: fields });
    this.#complete = false;
    if (this.#repeated.isNew(error, task)) this.#writeFailure([this.#explain(error), ...advice].join('\n  '));
  }

  /** Shows by whose credentials AWS is asked; of a DynamoDB that is not AWS's, which looks at none, only where all is to be seen. */
  identify({ source, account, arn, notKnown, elsewhere }: Identity): void {
    if (elsewhere !== undefined && !this.#command.options.verbose) return;
    const who = [arn, account === undefined ? undefined : `account ${account}`].filter(Boolean).join(', ');
    this.#writeError(`AWS identity: ${who || `not known, since ${notKnown}`}; by ${source}`);
  }

  /** Shows what should not be overlooked, although the work goes on. */
  warn(warning: string): void {
    this.#warnings.push(warning);
    this.#warn(warning);
  }

  /** Shows what happens in work that has no end of its own. */
  note(note: string): void {
    if (!this.#isInWords) return;
    this.#progress.clear();
    this.#io.stdout.write(`${note}\n`);
  }

  /** Says what was to be said together, and ends the JSON if that was asked for. */
  end(exitStatus: number): void {
    if (this.#isInWords)
      for (const [what, tables] of this.#notTaken) this.#io.stdout.write(`${what}: ${tables.join(', ')}\n`);
    for (const line of this.#repeated.lines) this.#writeFailure(line);
    const end = { summary: this.#summary, warnings: this.#warnings, error: this.#error, exitStatus };
    this.#json?.end(end);
  }

  #write(result: object): void {
    if (this.#json === undefined) return;
    const { name: command, fields } = this.#command;
    const declared = Object.fromEntries(fields.map((field) => [field, null]));
    const known = Object.entries(result).filter(([, value]) => value !== undefined);
    const common = { dryRun: this.#dryRun, warning: null, failure: null, error: null };
    const entry = { command, ...declared, ...common, ...Object.fromEntries(known) };
    this.#io.stdout.write(this.#json.textOf(JSON.stringify(entry)));
  }

  /** Writes a result in words, whose first line says how it stands. */
  #writeLines({ lines: [first = '', ...others], isAside = false, warning, failure }: Outcome): void {
    if (isAside) {
      this.#writeError([first, ...others].join('\n'));
      return;
    }
    const style = failure !== undefined ? 'error' : warning !== undefined ? 'warning' : undefined;
    const shown = printable(first);
    const status = style !== undefined && takesColours(this.#screen) ? inColour(style, shown) : shown;
    this.#screen.write(`${[status, ...others.map(printable)].join('\n')}\n`);
  }

  get #isInWords(): boolean {
    return this.#json === undefined && !this.#command.options.quiet;
  }

  #noteNotTaken(what: string, { table }: Pick<Task, 'table'>): void {
    this.#notTaken.set(what, [...(this.#notTaken.get(what) ?? []), table ?? '']);
  }

  #warn(warning: string): void {
    this.#writeError(`WARNING: ${warning}`);
  }

  #writeFailure(message: string): void {
    this.#writeError(`cumulus-api: ${message}`);
  }

  #explain(error: unknown): string {
    if (this.#command.options.verbose) return stackWithCauses(error);
    if (error instanceof CumulusError) return error.message;
    const [firstLine] = String(error).split('\n', 1);
    return `${firstLine} (unexpected; run again with --verbose for more)`;
  }

  #writeError(text: string): void {
    this.#progress.clear();
    this.#io.stderr.write(`${text}\n`);
  }
}

function tableOf(result: object): Pick<Task, 'table'> {
  return { table: (result as { readonly table?: string | null }).table ?? null };
}

/** Whether a command was asked only to say what it would do. */
export function isDryRun({ options }: ChosenCommand): boolean {
  return (options as { readonly 'dry-run'?: boolean })['dry-run'] === true;
}

function stackWithCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? String(error);
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackWithCauses(error.cause)}`;
}
