/**
 * How a DynamoDB came to be at hand. `endpoint` is one that the environment names, `container` and `jar` are Amazon's
 * DynamoDB Local, and `dynalite` is a stand-in in JavaScript that has no TTL and no transactions.
 */
export type LocalServerKind = 'endpoint' | 'container' | 'jar' | 'dynalite';

/** A DynamoDB that requests can be sent to until it is stopped. */
export interface LocalServer {
  /** A URL without a path, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  readonly kind: LocalServerKind;
  /** What it is, in words for a person: `DynamoDB Local from its jar with Java`. */
  readonly description: string;
  /** Ends it with all that it holds, and leaves no process and no container; a server not started here is left alone. */
  stop(): Promise<void>;
}

/**
 * Whether the server does all that DynamoDB Local does, TTL and transactions among it. An endpoint that was given is
 * taken for the real thing: whoever gave it knows.
 */
export function isRealThing(kind: LocalServerKind): boolean {
  return kind !== 'dynalite';
}
