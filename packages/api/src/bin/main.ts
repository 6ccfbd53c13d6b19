import type { Io } from '@cumulus/cli';
import { answerFromStoredHelp } from '@cumulus/cli/stored-help';
import type { RunOptions } from '../run.ts';

/** Beside the folder that this is built to. */
const STORED_HELP = new URL('../help/', import.meta.url);

/** What the bin runs: `run` of this package, which is loaded only if more than help or the version is asked for. */
export async function run(argv: readonly string[], io: Io = process, options: RunOptions = {}): Promise<number> {
  const answered = await answerFromStoredHelp(argv, io, STORED_HELP);
  return answered ?? (await import('../run.ts')).run(argv, io, options);
}
