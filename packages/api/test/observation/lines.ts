import type { Log, LogSource } from '../../src/observation/log.ts';
import { pinoLog } from '../../src/observation/pino-log.ts';
import { powertoolsLog } from '../../src/observation/powertools-log.ts';

/** A line of a log, read. */
export type Line = Readonly<Record<string, unknown>>;

export const SOURCE: LogSource = { sender: 'tests', stackName: 'prod' };

/** What a work logs, in each way of writing it. */
export function writtenBy(work: (log: Log) => void): Readonly<Record<'pino' | 'powertools', readonly Line[]>> {
  const texts: string[] = [];
  work(pinoLog(SOURCE, { write: (line) => void texts.push(line) }));
  return { pino: linesIn(texts), powertools: linesIn(outputOf(() => work(powertoolsLog(SOURCE)))) };
}

/** What a work writes to standard output and standard error. */
export function outputOf(work: () => void): readonly string[] {
  const texts: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map(({ write }) => write);
  for (const stream of streams) {
    stream.write = (text: string | Uint8Array) => texts.push(String(text)) > 0;
  }
  try {
    work();
  } finally {
    for (const [index, stream] of streams.entries()) {
      const write = writes[index];
      if (write !== undefined) stream.write = write;
    }
  }
  return texts;
}

function linesIn(texts: readonly string[]): readonly Line[] {
  return texts
    .join('')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Line);
}
