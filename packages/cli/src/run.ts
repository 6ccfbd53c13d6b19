import type { Command, CommandGroup } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { completion } from './completion/command.ts';
import { COMPLETE } from './completion/shells.ts';
import { findConfigFile } from './config/config-file.ts';
import { type ConfiguredOptions, describeConfigured, withConfigured } from './config/configured-options.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { findCommand } from './find-command.ts';
import { helpCommand } from './help-command.ts';
import { helpPageOf } from './help-page.ts';
import { errorFields, JsonOutput, jsonFormOf } from './output/json-output.ts';
import { reportLostOutput } from './output/lost-output.ts';
import { printableIo } from './output/printable.ts';
import { type ParseSettings, parse } from './parse.ts';
import type { Io } from './terminal/io.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a command line of `cumulus-api`, without the node and script at the head of `process.argv`.
 *
 * While it runs, SIGINT and SIGTERM stop it in good order; a second one ends the process at once.
 * Commands in `further` are added to those of this package.
 * @returns the exit status, see {@link EXIT_STATUS}; no failure is thrown
 *
 * @example
 * ```ts
 * import { run } from '@cumulus/cli';
 *
 * process.exitCode = await run(['backup', '--table', 'prod-GranulesTable']);
 * ```
 */
export async function run(
  argv: readonly string[],
  io: Io = process,
  { further = [] }: { readonly further?: readonly (Command | CommandGroup)[] } = {},
): Promise<number> {
  return reportLostOutput(io, () => runCommandLine(argv, io, further));
}

async function runCommandLine(
  argv: readonly string[],
  io: Io,
  further: readonly (Command | CommandGroup)[],
): Promise<number> {
  const { stdout, stderr } = printableIo(io);
  let form = jsonFormOf(askedFor(argv));
  let configured: ConfiguredOptions | undefined;
  const settings: ParseSettings = {
    page: helpPageOf(io.stdout),
    findConfig: (chosen) => findConfigFile(currentFolder(), chosen),
    environment: process.env,
    onConfigured: (given) => {
      configured = given;
      const { json, 'json-lines': jsonLines } = given.values;
      form ??= jsonFormOf({ json: json === true, 'json-lines': jsonLines === true });
    },
  };
  const working = [...COMMANDS, ...further, completion];
  const commands = [...working, helpCommand(working, settings)];
  if (argv[0] === COMPLETE) {
    await (await import('./completion/answer-shell.ts')).answerShell(argv.slice(1), working, io.stdout);
    return EXIT_STATUS.done;
  }
  try {
    const parsed = parse(argv, commands, settings);
    if (typeof parsed === 'string') {
      // Help is our own text, with our own colours.
      io.stdout.write(`${parsed}\n`);
      return EXIT_STATUS.done;
    }
    form = jsonFormOf(parsed.options);
    if (configured !== undefined && parsed.options.verbose) stderr.write(`${describeConfigured(configured)}\n`);
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(parsed, io);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    const error = withConfigured(thrown, configured);
    const command = findCommand(argv, commands).command?.name;
    const about = ['cumulus-api', command, '--help'].filter(Boolean).join(' ');
    stderr.write(`cumulus-api: ${error.message} (see ${about})\n`);
    if (form !== undefined) {
      const head = { command: command ?? null, dryRun: argv.includes('--dry-run') };
      const end = { summary: null, warnings: [], error: errorFields(error), exitStatus: EXIT_STATUS.wrongUsage };
      new JsonOutput(stdout, form, head).end(end);
    }
    return EXIT_STATUS.wrongUsage;
  }
}

/** Undefined if it was deleted. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** What a command line asks for that may not be understood. */
function askedFor(argv: readonly string[]): Parameters<typeof jsonFormOf>[0] {
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const isOn = (name: string): boolean => options.includes(`--${name}`) || options.includes(`--${name}=true`);
  return { json: isOn('json'), 'json-lines': isOn('json-lines') };
}
