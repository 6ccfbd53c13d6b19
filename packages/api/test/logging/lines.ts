import { createLog } from '../../src/logging/create-log.ts';
import type { Log, LogSource } from '../../src/logging/log.ts';

/** A line of a log, read. */
export type Line = Readonly<Record<string, unknown>>;

export const SOURCE: LogSource = { sender: 'tests', stackName: 'prod' };

/** The lines that a work logs. */
export function linesOf(work: (log: Log) => void): readonly Line[] {
  const texts: string[] = [];
  work(createLog(SOURCE, (line) => void texts.push(line)));
  return texts.map((text) => JSON.parse(text) as Line);
}

/** What a work writes to standard output. */
export function outputOf(work: () => void): string {
  const texts: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => texts.push(String(text)) > 0;
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return texts.join('');
}
