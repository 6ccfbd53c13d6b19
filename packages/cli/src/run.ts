import type { AddCommand } from './command.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { type Io, outliveReaders } from './io.ts';
import { parse } from './parse.ts';
import { printableIo } from './printable.ts';
import { UsageError } from './usage-error.ts';

/**
 * Carries out a command line of `cumulus-api`, without the node and script at the head of `process.argv`.
 *
 * While it runs, SIGINT and SIGTERM stop it in good order; a second one ends the process at once.
 * @param options.further commands besides those of this package
 * @returns the exit status, see {@link EXIT_STATUS}; no failure is thrown
 */
export async function run(
  argv: readonly string[],
  io: Io = process,
  { further = [] }: { readonly further?: readonly AddCommand[] } = {},
): Promise<number> {
  outliveReaders(io);
  const { stdout, stderr } = printableIo(io);
  try {
    const parsed = parse(argv, further);
    if (typeof parsed === 'string') {
      stdout.write(`${parsed}\n`);
      return EXIT_STATUS.done;
    }
    // The AWS SDK writes to standard error which Node versions it is to give up, which is no business of our users.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    const { carryOut } = await import('./carry-out.ts');
    return await carryOut(parsed, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`cumulus-api: ${error.message} (see cumulus-api --help)\n`);
    return EXIT_STATUS.wrongUsage;
  }
}
