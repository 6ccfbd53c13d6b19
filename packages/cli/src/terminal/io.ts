import type { Readable, Writable } from 'node:stream';

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

/** Lets a reader of our output go away, `head` for instance, without ending the work. */
export function outliveReaders({ stdout, stderr }: Io): void {
  for (const stream of [stdout, stderr]) {
    if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe);
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
