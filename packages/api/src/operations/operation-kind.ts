import type { OperationFolder } from './operation-folder.ts';

/** A kind of work that operations do. What it is given is kept as JSON, so it holds nothing else. */
export interface OperationKind<Input = unknown, Position = unknown> {
  /** By which records name it, in this release and in later ones. */
  readonly name: string;
  /**
   * Does the work, or goes on with it where an earlier run stopped. It may be run again from any position that it noted, with
   * everything done that came after it: what it does twice has to be as if it were done once.
   * @throws the reason of the job's signal where it stops because of that; what passes (`isPassing`), and is tried again; any other
   *   error, which ends the operation
   */
  run(input: Input, job: OperationJob<Position>): Promise<OperationEnd>;
}

/** One run of an operation. */
export interface OperationJob<Position = unknown> {
  readonly id: string;
  /** Where the work was when it was noted last; undefined at its beginning. */
  readonly position: Position | undefined;
  /** Says that the work is to stop: the time of a run is over, or the process ends. What is in progress may be finished and noted. */
  readonly abortSignal: AbortSignal;
  /** The operation's objects in S3. */
  readonly folder: OperationFolder;
  /**
   * Notes how far the work is, in the operation's record. Both together have to stay small: a record has at most 400 KB.
   * @param progress what answers show as the operation's `output` meanwhile
   * @throws OperationLostError where another process has taken the operation over
   */
  note(position: Position, progress: object): Promise<void>;
  /** Does something again for as long as it fails in a way that passes, with growing waits, for minutes. @throws what fails at last */
  persist<T>(act: () => Promise<T>): Promise<T>;
}

/** How an operation has ended. */
export interface OperationEnd {
  /** Whether all was done: `SUCCEEDED`, otherwise `TASK_FAILED`. */
  readonly succeeded: boolean;
  /** What the record has as its `output`, as JSON: 100 KB at most. */
  readonly output: object;
}
