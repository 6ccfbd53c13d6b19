import type { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Progress, ProgressListener } from '@cumulus/dynamodb/items';
import type { ObjectSettings } from '@cumulus/dynamodb/storage';
import { GLOBAL_OPTIONS, type GlobalOptions } from './options/global-options.ts';
import { isGiven, type OptionDeclarations, type OptionValues, parseOptions, type RawValues } from './options/option.ts';
import { objectSettings, type S3Options } from './options/s3-options.ts';
import { regionOf, type TableArn, tableArns } from './options/table-arn.ts';
import type { Io } from './terminal/io.ts';
import { UsageError } from './usage-error.ts';

/** What a command's work is given. */
export interface Context {
  readonly client: DynamoDBClient;
  /** The one client of S3, made when it is first asked for. */
  readonly s3: () => Promise<S3Client>;
  readonly stdin: Readable;
  /** For output that is too much, or comes too late, to be an {@link Outcome}. */
  readonly stdout: Io['stdout'];
  /** Asks on the terminal whether to do what cannot be undone; throws a UsageError, which names `--yes`, where there is none. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly abortSignal: AbortSignal;
  readonly onProgress: ProgressListener<Progress>;
  readonly onWarning: (warning: string) => void;
}

/** A part of a command's work that can fail by itself: that on one table or file. */
export interface Task {
  readonly table: string | null;
  readonly file?: string;
  run(): Promise<readonly Outcome[]>;
}

/** The result of a task that came to its end, for one table or file. */
export interface Outcome {
  /** The fields of its JSON after `command`: `table` first. */
  readonly result: object;
  /** The same in a few lines for a person. */
  readonly lines: readonly string[];
  /** What a person should not overlook; also the JSON's field `warning`. */
  readonly warning?: string | undefined;
  /** Why the command fails although the task came to its end. */
  readonly failure?: string | undefined;
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
  /** Whether it may be about several tables, so that its JSON is an array. */
  readonly several: (options: CommandOptions<Declared>) => boolean;
  /** Whether it writes to {@link Context.stdout} itself, with `--json` a line of JSON for each thing. */
  readonly jsonLines?: boolean;
  /** Loads the work, once the command is chosen. */
  readonly load: () => Promise<RunCommand<CommandOptions<Declared>>>;
}

/**
 * What a command does: it checks what there is to do and changes nothing, and returns the tasks that do it, which are then run
 * one after the other. If it throws, nothing was done.
 */
export type RunCommand<Options> = (options: Options, context: Context) => Promise<readonly Task[]>;

/** What the help says of a command. */
interface DescribedCommand {
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
  readonly several: boolean;
  readonly jsonLines: boolean;
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
 *   'dry-run': flag({ describe: 'Only say what it would do' }),
 * };
 * type CountOptions = CommandOptions<typeof options>;
 *
 * // command.ts
 * export const count = defineCommand({
 *   name: 'count',
 *   describe: 'Count the items of a table',
 *   options,
 *   examples: ['# All items, by reading them', 'cumulus-api count --table prod-GranulesTable'],
 *   several: () => false,
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
  const { name, describe, options: declared, examples, notes, check, several, jsonLines = false, load } = definition;
  const { alternatives = [], appliesIf = {} } = definition;
  return {
    name,
    describe,
    options: declared,
    examples,
    notes,
    alternatives,
    appliesIf,
    choose: (given) => {
      const global = parseOptions(GLOBAL_OPTIONS, given);
      const arns = tableArns(declared, given);
      const options = { ...global, region: regionOf(arns, global.region), ...parseOptions(declared, given) };
      check?.(options);
      for (const group of alternatives) refuseSeveral(group, given);
      return {
        name,
        options,
        several: several(options),
        jsonLines,
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
