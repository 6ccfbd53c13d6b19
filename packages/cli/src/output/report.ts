import { CumulusError, type Identity } from '@cumulus/dynamodb/aws';
import type { ChosenCommand, Outcome, Task } from '../command.ts';
import type { Io } from '../terminal/io.ts';
import { adviceOn } from './advice.ts';
import type { ProgressDisplay } from './progress/progress-display.ts';

/** Reports the result of a command to the user: results on standard output, errors and warnings on standard error. */
export class Report {
  readonly #command: ChosenCommand;
  readonly #io: Io;
  readonly #progress: ProgressDisplay;
  readonly #entries: object[] = [];
  #complete = true;

  constructor(command: ChosenCommand, io: Io, progress: ProgressDisplay) {
    this.#command = command;
    this.#io = io;
    this.#progress = progress;
  }

  /** Whether everything was done so far. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Takes what a task that came to its end has to say. */
  done(outcomes: readonly Outcome[]): void {
    this.#progress.clear();
    const { json, quiet } = this.#command.options;
    for (const { result, lines, warning, failure } of outcomes) {
      this.#entries.push({ command: this.#command.name, ...result, warning });
      if (!json && !quiet) this.#io.stdout.write(`${lines.join('\n')}\n`);
      if (warning !== undefined) this.warn(warning);
      if (failure !== undefined) this.#fail(failure);
    }
  }

  /** Takes the error that ended a task. */
  failed({ table, file }: Pick<Task, 'table' | 'file'>, error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const advice = adviceOn(error, this.#command);
    this.#entries.push({
      command: this.#command.name,
      table,
      file,
      error: {
        name,
        code: error instanceof CumulusError ? error.code : undefined,
        message: [message, ...advice].join('\n  '),
      },
    });
    this.#fail([this.#explain(error), ...advice].join('\n  '));
  }

  /** Shows by whose credentials AWS is asked. */
  identify({ source, account, arn, notKnown }: Identity): void {
    const who = [arn, account === undefined ? undefined : `account ${account}`].filter(Boolean).join(', ');
    this.#writeError(`AWS identity: ${who || `not known, since ${notKnown}`}; by ${source}`);
  }

  /** Shows what should not be overlooked, although the work goes on. */
  warn(warning: string): void {
    this.#writeError(`WARNING: ${warning}`);
  }

  /** Writes the JSON, if that was asked for. */
  end(): void {
    const { options, several, jsonLines } = this.#command;
    if (!options.json) return;
    const texts = jsonLines
      ? this.#entries.map((entry) => JSON.stringify(entry))
      : [JSON.stringify(several ? this.#entries : this.#entries[0], null, 2)];
    for (const text of texts) this.#io.stdout.write(`${text}\n`);
  }

  #fail(message: string): void {
    this.#complete = false;
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

function stackWithCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? String(error);
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackWithCauses(error.cause)}`;
}
