/**
 * How a DynamoDB came to be at hand. `container` and `jar` are Amazon's DynamoDB Local, and `dynalite` is a stand-in in
 * JavaScript that has neither time to live nor streams.
 */
export type LocalServerKind = 'container' | 'jar' | 'dynalite';

/** A DynamoDB that requests can be sent to until it is stopped. */
export interface LocalServer {
  /** A URL without a path, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  readonly kind: LocalServerKind;
  /** What it is, in words for a person: `DynamoDB Local from its jar with Java`. */
  readonly description: string;
  /** Ends it with all that it holds, and leaves no process and no container. */
  stop(): Promise<void>;
}
