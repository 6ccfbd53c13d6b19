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

/** How a command ended. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
