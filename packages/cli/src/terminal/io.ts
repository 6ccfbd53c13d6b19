import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** A stream to write to, which may be a terminal. */
export interface Output extends Writable {
  readonly isTTY?: boolean;
  /** The width of a terminal. */
  readonly columns?: number;
}

/** The streams that a command uses; `process` is one. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
}

/**
 * Lets work go on where its output is lost: a reader goes away, `head` for instance, or the disk is full that it is written to.
 * @returns ends that, and says why output was lost, unless its reader did not want it
 */
export function outliveLostOutput({ stdout, stderr }: Io): () => Promise<Error | undefined> {
  let lost: Error | undefined;
  const note = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') lost ??= error;
  };
  for (const stream of [stdout, stderr]) {
    // A pipe may say it after the end.
    if (!stream.listeners('error').includes(outlive)) stream.on('error', outlive);
    stream.on('error', note);
  }
  return async () => {
    // A file says it after the call that wrote to it.
    await setImmediate();
    for (const stream of [stdout, stderr]) stream.off('error', note);
    return lost;
  };
}

function outlive(): void {}
