/**
 * What this system keeps in the record of an operation that it runs itself, beside what answers show. Operations of earlier
 * releases, and those that clients only record, have none of it.
 */

/** Who runs an operation, and goes on with it if it is interrupted: a function behind a queue, servers, or a person's command. */
export type OperationRunner = 'queue' | 'server' | 'command';

/** What an operation does, and by whom. */
export interface OperationRun {
  /** The kind of work. */
  readonly kind: string;
  readonly runner: OperationRunner;
  /** Where its objects are: `s3://bucket/stack/async-operations/id/`. */
  readonly place: string;
}

/** The attributes of a record: what is run; how far it is; who holds the lease, and until when, in milliseconds since 1970. */
export const RUN = 'operationRun';
export const POSITION = 'runPosition';
export const LEASED_BY = 'leasedBy';
export const LEASED_UNTIL = 'leasedUntil';

export const RUN_ATTRIBUTES: readonly string[] = [RUN, POSITION, LEASED_BY, LEASED_UNTIL];
