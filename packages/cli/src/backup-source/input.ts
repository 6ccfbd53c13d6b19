import { addAbortSignal } from 'node:stream';
import { spool } from '@cumulus/dynamodb';
import type { Context } from '../command.ts';

/** A file to read, and what to call it. */
export interface Input {
  readonly file: string;
  readonly fileName: string;
}

/** The name that stands for standard input on a command line. */
export const STANDARD_INPUT = '-';

/** Does something with a file as it was named on the command line: `-` is standard input, put into a private file. */
export async function withInput<T>(
  file: string,
  { stdin, abortSignal }: Pick<Context, 'stdin' | 'abortSignal'>,
  use: (input: Input) => Promise<T>,
): Promise<T> {
  if (file !== STANDARD_INPUT) return use({ file, fileName: file });
  const spooled = await spool(addAbortSignal(abortSignal, stdin), abortSignal);
  try {
    return await use({ file: spooled.path, fileName: 'standard input' });
  } finally {
    await spooled.remove();
  }
}
