/**
 * The kind of a local server. `jar` is Amazon's DynamoDB Local; `dynalite` is a stand-in in JavaScript that has neither
 * time to live nor streams.
 */
export type LocalServerKind = 'jar' | 'dynalite';

/** A DynamoDB that requests can be sent to until it is stopped. */
export interface LocalServer {
  /** A URL without a path, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  readonly kind: LocalServerKind;
  /** What it is, in words for a person: `DynamoDB Local from its jar with Java`. */
  readonly description: string;
  /** Ends it with all that it holds, and leaves no process. */
  stop(): Promise<void>;
}
