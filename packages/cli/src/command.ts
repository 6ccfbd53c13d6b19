import type { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Progress, ProgressListener } from '@cumulus/dynamodb/items';
import type { ObjectSettings } from '@cumulus/dynamodb/storage';
import type { SettingNotTaken } from '@cumulus/dynamodb/tables';
import { GLOBAL_ALTERNATIVES, GLOBAL_OPTIONS, type GlobalOptions } from './options/global-options.ts';
import { isGiven, type OptionDeclarations, type OptionValues, parseOptions, type RawValues } from './options/option.ts';
import { objectSettings, type S3Options } from './options/s3-options.ts';
import { regionOf, type TableArn, tableArns } from './options/table-arn.ts';
import { UsageError } from './usage-error.ts';

/** What a command's work is given. */
export interface Context {
  readonly client: DynamoDBClient;
  /** The one client of S3, made when it is first asked for. */
  readonly s3: () => Promise<S3Client>;
  readonly stdin: Readable;
  /**
   * Writes results that are too many, or come too late, to be {@link Outcome}s: as they come, and no faster than they are read.
   * Where nothing of them is to be written, they are read to their end all the same.
   */
  readonly writeResults: <T>(results: AsyncIterable<T>, as: ResultTexts<T>) => Promise<void>;
  /**
   * Asks on the terminal whether to do what cannot be undone, unless `--yes` says so, or `--dry-run` that nothing is done. Without
   * a terminal it throws a UsageError, and where the answer is no a NotConfirmedError.
   * @param question finds out what to ask, if that is needed; undefined if nothing is lost
   * @param untouched what is left as it is where the answer is no: `Nothing was deleted.`
   */
  readonly confirm: (question: Question, untouched: string) => Promise<void>;
  readonly abortSignal: AbortSignal;
  readonly onProgress: ProgressListener<Progress>;
  readonly onWarning: (warning: string) => void;
  /** Shows a line, in words only, of what happens in work that goes on until it is stopped. */
  readonly onNote: (note: string) => void;
}

type Question = () => Promise<string | undefined> | string | undefined;

/** How a result is written. */
export interface ResultTexts<T> {
  /** As JSON, in one line. */
  readonly json: (result: T) => string;
  /** As a line for a person. */
  readonly line: (result: T) => string;
  /** Whether they are written with `--quiet` too, since nobody runs the command for anything else. */
  readonly evenIfQuiet?: boolean;
}

/** A part of a command's work that can fail by itself: that on one table or file. */
export interface Task {
  readonly table: string | null;
  readonly file?: string;
  run(): Promise<readonly Outcome[]>;
}

/** The result of a task that came to its end, for one table or file. */
export interface Outcome {
  /** The fields that the command declares as its `fields`, of which those that have no value may be left out. */
  readonly result: object;
  /** Whether it is what the results of the run come to, not one of them. */
  readonly isSummary?: boolean;
  /** The same in a few lines for a person. */
  readonly lines: readonly string[];
  /** Whether these lines go to standard error: standard output has what {@link Context.writeResults} wrote, and nothing else. */
  readonly isAside?: boolean;
  /** Settings that a table did not get: of all tables they are said together. In JSON they are a field of the result. */
  readonly notTaken?: readonly SettingNotTaken[];
  /** What a person should not overlook; also the JSON's field `warning`. */
  readonly warning?: string | undefined;
  /** Why the command fails although the task came to its end; also the JSON's field `failure`. */
  readonly failure?: string | undefined;
  /** The error behind that, if it is one. */
  readonly error?: unknown;
}

/** The values of a command's own options and of those that each command has. */
export type CommandOptions<Declared extends OptionDeclarations> = GlobalOptions & OptionValues<Declared>;

/** All about a command; see {@link defineCommand}. */
export interface CommandDefinition<Declared extends OptionDeclarations> {
  /** As it is typed: `backup`, `pitr restore`. */
  readonly name: string;
  readonly describe: string;
  readonly options: Declared;
  /** Options of which one at most is given. What a config file says of the others gives way to one that is typed. */
  readonly alternatives?: readonly (readonly (keyof CommandOptions<Declared> & string)[])[];
  /** When an option of a config file has a use at all, by the values as they were read; always unless said. */
  readonly appliesIf?: { readonly [Name in keyof CommandOptions<Declared>]?: (given: RawValues) => boolean };
  /** Refuses options that do not go together, by a UsageError. */
  readonly check?: (options: CommandOptions<Declared>) => void;
  /** Lines to be copied into a shell, each as it is; a line with `#` before it explains it. */
  readonly examples: readonly string[];
  /** What the help says at its end. */
  readonly notes?: string;
  /**
   * The fields of each of its results in JSON, with `--dry-run` and without, and whatever becomes of it: what has no value is null.
   * None for a command that writes its results by {@link Context.writeResults}, as they are.
   */
  readonly fields: readonly string[];
  /** Whether the exit status says that results have warnings, where nothing failed. */
  readonly warnsByStatus?: boolean;
  /** Loads the work, once the command is chosen. */
  readonly load: () => Promise<RunCommand<CommandOptions<Declared>>>;
}

/**
 * What a command does: it checks what there is to do and changes nothing, and returns the tasks that do it, which are then run
 * one after the other. If it throws, nothing was done.
 */
export type RunCommand<Options> = (options: Options, context: Context) => Promise<readonly Task[]>;

/** What the help and references say of a command. */
export interface DescribedCommand {
  readonly name: string;
  readonly describe: string;
  readonly options: OptionDeclarations;
  readonly examples: readonly string[];
  readonly notes: string | undefined;
}

/** A command of the command line. */
export interface Command extends DescribedCommand {
  /** See {@link CommandDefinition.alternatives}. */
  readonly alternatives: readonly (readonly string[])[];
  /** See {@link CommandDefinition.appliesIf}. */
  readonly appliesIf: Readonly<Record<string, ((given: RawValues) => boolean) | undefined>>;
  /** See {@link CommandDefinition.fields}. */
  readonly fields: readonly string[];
  /**
   * Checks the values of a command line.
   * @throws UsageError
   */
  choose(given: RawValues): ChosenCommand;
}

/** A command about the command line itself, which asks AWS for nothing. */
export interface TextCommand extends DescribedCommand {
  /**
   * The text that it prints, by the values of a command line.
   * @throws UsageError
   */
  print(given: RawValues): string;
}

/** Commands under one word, such as `pitr`. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  readonly commands: readonly Command[];
}

/** The commands of a command line, in the order of its help. */
export type Commands = readonly (Command | TextCommand | CommandGroup)[];

/** A command with the options that were chosen on the command line, checked. */
export interface ChosenCommand {
  readonly name: string;
  readonly options: GlobalOptions;
  readonly fields: readonly string[];
  /** See {@link CommandDefinition.warnsByStatus}. */
  readonly warnsByStatus: boolean;
  /** The tables that are named by their ARNs. */
  readonly tableArns: readonly TableArn[];
  /** How it writes objects to S3, and asks for them. */
  readonly objectSettings: ObjectSettings;
  /** See {@link RunCommand}. */
  run(context: Context): Promise<readonly Task[]>;
}

/**
 * Defines a command. By convention it has a folder `commands/NAME/` of three files: `options.ts` declares the options once, from
 * which their types follow, and checks what goes together; `command.ts` has name, help and examples; `run.ts` does the work, and
 * is loaded only when the command is chosen, so that help and errors of usage come at once. A command of two words has a folder in
 * that of its {@link CommandGroup}.
 *
 * @example
 * ```ts
 * import { type CommandOptions, type Context, defineCommand, flag, required, type Task, tableName } from '@cumulus/cli';
 *
 * // options.ts
 * const options = {
 *   table: required(tableName({ describe: 'The table to count' })),
 *   'dry-run': flag({ describe: 'Only show what it would do' }),
 * };
 * type CountOptions = CommandOptions<typeof options>;
 *
 * // command.ts
 * export const count = defineCommand({
 *   name: 'count',
 *   describe: 'Count the items of a table',
 *   options,
 *   examples: ['# All items, by reading them', 'cumulus-api count --table prod-GranulesTable'],
 *   fields: ['table', 'items'],
 *   load: async () => runCount, // (await import('./run.ts')).runCount
 * });
 *
 * // run.ts
 * async function runCount({ table }: CountOptions, _context: Context): Promise<readonly Task[]> {
 *   return [{ table, run: async () => [{ result: { table, items: 0 }, lines: [`${table}: 0 items`] }] }];
 * }
 * ```
 */
export function defineCommand<Declared extends OptionDeclarations>(definition: CommandDefinition<Declared>): Command {
  const { name, describe, options: declared, examples, notes, check, fields, load } = definition;
  const { appliesIf = {}, warnsByStatus = false } = definition;
  const alternatives = [...GLOBAL_ALTERNATIVES, ...(definition.alternatives ?? [])];
  return {
    name,
    describe,
    options: declared,
    examples,
    notes,
    alternatives,
    appliesIf,
    fields,
    choose: (given) => {
      const global = parseOptions(GLOBAL_OPTIONS, given);
      const arns = tableArns(declared, given);
      const options = { ...global, region: regionOf(arns, global.region), ...parseOptions(declared, given) };
      check?.(options);
      for (const group of alternatives) refuseSeveral(group, given);
      return {
        name,
        options,
        fields,
        warnsByStatus,
        tableArns: arns,
        objectSettings: objectSettings(options as S3Options),
        run: async (context) => (await load())(options, context),
      };
    },
  };
}

/** @throws UsageError if more than one of some options is given */
function refuseSeveral(group: readonly string[], given: RawValues): void {
  const [first, second] = group.filter((name) => isGiven(given[name]));
  if (second !== undefined) throw new UsageError(`--${first} and --${second} do not go together`);
}
