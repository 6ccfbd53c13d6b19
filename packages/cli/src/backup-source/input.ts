import { constants, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { spool } from '@cumulus/dynamodb/backup';
import type { Context } from '../command.ts';

/** A file to read, and what to call it. */
export interface Input {
  readonly file: string;
  readonly fileName: string;
}

/** The name that stands for standard input on a command line. */
export const STANDARD_INPUT = '-';

/**
 * Does something with a file as it was named on the command line: `-` is standard input. That, and what comes by a pipe, is put into a
 * private file.
 */
export async function withInput<T>(
  file: string,
  { stdin, abortSignal }: Pick<Context, 'stdin' | 'abortSignal'>,
  use: (input: Input) => Promise<T>,
): Promise<T> {
  const stream = file === STANDARD_INPUT ? stdin : await openPipe(file);
  if (stream === undefined) return use({ file, fileName: file });
  const spooled = await spool(addAbortSignal(abortSignal, stream), abortSignal);
  try {
    return await use({ file: spooled.path, fileName: file === STANDARD_INPUT ? 'standard input' : file });
  } finally {
    await spooled.remove();
  }
}

/** What comes by a named pipe, or by the shell's `<(command)`; undefined if the file is no pipe. */
async function openPipe(file: string): Promise<Readable | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status?.isFIFO() !== true) return undefined;
  // A pipe that nobody writes to would keep a reading of a file waiting, beyond any signal; a socket's waits in the event loop.
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  return new Socket({ fd, readable: true, writable: false });
}
