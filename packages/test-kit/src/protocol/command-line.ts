/** A command to be run in a process that runs many. */
export interface CommandLine {
  /** The URL of the module that exports `run(argv, io)`. */
  readonly module: string;
  readonly argv: readonly string[];
  /** The working directory. */
  readonly directory: string;
  /** All environment variables that the command sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** Standard input, in Base64. */
  readonly input: string;
}

/** What a command wrote. */
export interface CommandOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** How a command ended. */
export interface CommandExit {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the run says of a command, a line of JSON each: its number, what it writes, and its end or why it has none. */
export type CommandEvent = { readonly id: number } | CommandOutput | CommandExit | { readonly failure: string };
