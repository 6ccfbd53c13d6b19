import type { Output } from '../../terminal/io.ts';
import { printableOutput } from '../printable.ts';
import type { ProgressDisplay } from './progress-display.ts';

/**
 * A bar on a terminal whose cursor can be moved, otherwise a line every few seconds; nothing if it is to be quiet.
 * @param output the stream itself: a bar moves its cursor
 */
export async function showProgress(output: Output, quiet: boolean): Promise<ProgressDisplay> {
  if (quiet) return { update: () => undefined, clear: () => undefined, end: () => undefined };
  if (output.isTTY === true && process.env['TERM'] !== 'dumb')
    return new (await import('./progress-bar.ts')).ProgressBar(output);
  return new (await import('./progress-lines.ts')).ProgressLines(printableOutput(output));
}
