import type { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Progress, ProgressListener } from '@cumulus/dynamodb/items';
import type { Argv } from 'yargs';
import type { GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';

/** What a command's work is given. */
export interface Context {
  readonly client: DynamoDBClient;
  /** The one client of S3, made when it is first asked for. */
  readonly s3: () => Promise<S3Client>;
  readonly stdin: Readable;
  /** For what is too much, or comes too late, to be told as outcomes. */
  readonly stdout: Io['stdout'];
  /** Asks on the terminal whether to do what cannot be undone; a UsageError, which names `--yes`, where there is none. */
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

/** What a task that came to its end has to say of a table or file. */
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

/** A command with the options that were chosen on the command line, checked. */
export interface ChosenCommand {
  readonly name: string;
  readonly options: GlobalOptions;
  /** Whether it may be about several tables, so that its JSON is an array. */
  readonly several: boolean;
  /** Whether its JSON is a line for each thing, which it writes itself but for failures. */
  readonly jsonLines: boolean;
  /** Finds out what there is to do, and changes nothing. Whatever it throws, nothing has been done. */
  plan(context: Context): Promise<readonly Task[]>;
}

/** A command as the command line has it. The work itself is loaded only once the command is chosen. */
export interface CommandDefinition<Options extends GlobalOptions> {
  readonly name: string;
  /** The last word of the name, and its positional arguments. */
  readonly usage: string;
  readonly describe: string;
  /** Adds options, checks and examples. */
  readonly options: (parser: Argv<GlobalOptions>) => Argv<Options>;
  readonly several: (options: Options) => boolean;
  /** Whether it writes to {@link Context.stdout} itself, with `--json` a line of JSON for each thing. */
  readonly jsonLines?: boolean;
  readonly load: () => Promise<(options: Options, context: Context) => Promise<readonly Task[]>>;
}

/** Adds a command to a parser; `choose` is called with it if the command line is one of it. */
export type AddCommand = (parser: Argv<GlobalOptions>, choose: (command: ChosenCommand) => void) => void;

export function defineCommand<Options extends GlobalOptions>(definition: CommandDefinition<Options>): AddCommand {
  const { name, usage, describe, options: addOptions, several, jsonLines = false, load } = definition;
  return (parser, choose) => {
    parser.command(usage, describe, addOptions, (parsed) => {
      // The types of yargs promise names in camel case besides, which the parser is configured to leave out.
      const options = parsed as unknown as Options;
      choose({
        name,
        options,
        several: several(options),
        jsonLines,
        plan: async (context) => (await load())(options, context),
      });
    });
  };
}
