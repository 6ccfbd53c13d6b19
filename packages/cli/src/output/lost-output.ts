import { EXIT_STATUS } from '../exit-status.ts';
import { type Io, outliveLostOutput } from '../terminal/io.ts';
import { printableIo } from './printable.ts';

/**
 * Runs a command whose output may be lost, and says so at its end.
 * @param run returns the exit status
 * @returns the exit status, which is a failure where everything was done but its output was lost
 */
export async function reportLostOutput(io: Io, run: () => Promise<number>): Promise<number> {
  const endOfOutput = outliveLostOutput(io);
  const exitStatus = await run();
  const lost = await endOfOutput();
  if (lost === undefined) return exitStatus;
  printableIo(io).stderr.write(`cumulus-api: The output could not be written: ${lost.message}\n`);
  return exitStatus === EXIT_STATUS.done ? EXIT_STATUS.failed : exitStatus;
}
