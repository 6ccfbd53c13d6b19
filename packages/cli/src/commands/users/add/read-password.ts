import { addAbortSignal, type Readable } from 'node:stream';
import type { Context } from '../../../command.ts';
import { UsageError } from '../../../usage-error.ts';

/** More than any password; a file of another kind, given by mistake, is not read to its end. */
const MAX_BYTES = 4_096;

/**
 * Reads a password: the one line of standard input, without its end. No error here repeats what was read.
 * @throws UsageError if it is not one line of text
 */
export async function readPassword({ stdin, abortSignal }: Pick<Context, 'stdin' | 'abortSignal'>): Promise<string> {
  if (isTerminal(stdin)) {
    throw new UsageError('--password-stdin takes the password from a pipe or a file: a terminal would show it');
  }
  const password = decode(await readAll(addAbortSignal(abortSignal, stdin))).replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('--password-stdin found no password on standard input');
  if (/[\r\n]/.test(password)) throw new UsageError('--password-stdin takes one line, and standard input has more');
  return password;
}

async function readAll(stdin: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new UsageError(`--password-stdin takes a password of at most ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('--password-stdin takes text in UTF-8');
  }
}

function isTerminal(stdin: Readable): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true;
}
