/** A DynamoDB on this machine that a program has started. */
export interface StartedDynamoDB {
  /** A URL without a path, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  /** What it is, in words for a person. */
  readonly description: string;
  stop(): Promise<void>;
}

/** For a program that serves `--local` over what it has started itself; settings of the environment are never followed. */
export interface LocalServers {
  /** Called once the command line is known to be right and the port is taken; what it has started is stopped at the end. */
  readonly startDynamoDB: (abortSignal: AbortSignal) => Promise<StartedDynamoDB>;
  /** Where all other services of AWS are, as a URL on this machine; then the deployment's variables count too. */
  readonly otherServices?: string | undefined;
}
