/** A DynamoDB on this machine that a program has started. */
export interface StartedDynamoDB {
  /** A URL without a path, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  /** What it is, in words for a person. */
  readonly description: string;
  stop(): Promise<void>;
}

/** The servers behind `serve --local`, of a program that starts them itself. Settings of the environment are never followed. */
export interface LocalServers {
  /** Called once the command line is checked and the port is open. The DynamoDB that it returns is stopped at the end. */
  readonly startDynamoDB: (abortSignal: AbortSignal) => Promise<StartedDynamoDB>;
  /** The URL on this machine of all other AWS services; with it, the deployment's variables count too. */
  readonly otherServices?: string | undefined;
}
