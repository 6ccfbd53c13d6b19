import type { Io } from '@cumulus/cli';
import { answerFromStoredHelp } from '@cumulus/cli/stored-help';
import type { RunOptions } from '../run.ts';
import { keepCompiledCode } from './compile-cache.ts';

/** Beside the folder that this is built to. */
const STORED_HELP = new URL('../help/', import.meta.url);

/** What the bin runs: {@link run}, with what is compiled kept for the next command. Help and the version would not get faster by that. */
export function runProcess(argv: readonly string[]): Promise<number> {
  return run(argv, process, {}, keepCompiledCode);
}

/**
 * `run` of this package, which is loaded only if more than help or the version is asked for.
 * @param beforeLoading is called only then
 */
export async function run(
  argv: readonly string[],
  io: Io = process,
  options: RunOptions = {},
  beforeLoading?: () => void,
): Promise<number> {
  const answered = await answerFromStoredHelp(argv, io, STORED_HELP);
  if (answered !== undefined) return answered;
  beforeLoading?.();
  return (await import('../run.ts')).run(argv, io, options);
}
