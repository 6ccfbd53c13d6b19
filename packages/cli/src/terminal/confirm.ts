import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.ts';
import type { Io } from './io.ts';

/**
 * Asks at the terminal whether to do what cannot be undone.
 * @returns whether the answer was yes
 * @throws UsageError if there is no terminal: then only `--yes` can say so; what the signal is aborted with
 */
export async function confirm(question: string, { stdin, stderr }: Io, abortSignal: AbortSignal): Promise<boolean> {
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true && stderr.isTTY === true;
  if (!isTerminal) throw new UsageError(`${question} There is no terminal to answer at: it takes --yes, or --dry-run`);
  // Not as a terminal of readline's, which would take Ctrl-C for itself.
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const closed = once(lines, 'close').then(() => '');
    const answer = await Promise.race([lines.question(`${question} (yes/no) `, { signal: abortSignal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
