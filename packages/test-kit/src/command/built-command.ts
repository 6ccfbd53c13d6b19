import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { checkCommand, commandEnvironment, temporaryFolder } from './command-environment.ts';
import { type Ended, HostedCommand, type HostedOptions } from './hosted-command.ts';
import { type JsonRun, parseRun, resultOf } from './json-run.ts';
import { runCommand } from './run-command.ts';

/** A command while it runs in a process of its own. */
export interface Running {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
}

export interface CommandOptions extends HostedOptions {
  /** Whether standard input stays open after `input`, so that the test can write to it. */
  readonly inputStaysOpen?: boolean;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** The command to run, with its first arguments; the build unless given. */
  readonly program?: readonly string[];
  /** A program that runs the command, with its own arguments, such as strace. */
  readonly runBy?: readonly string[];
}

/** How a command with `--json` came to its end. */
export interface EndedJson extends Ended {
  readonly json: JsonRun;
  readonly results: readonly unknown[];
  /** The first of them. */
  readonly result: unknown;
}

/** The built command of a package. Its functions can be used apart from it. */
export interface BuiltCommand {
  /**
   * Runs the command to its end; in a process of its own only where it is another program than the build, or Node has
   * options.
   */
  readonly run: (args: readonly string[], options?: CommandOptions) => Promise<Ended>;
  /** Runs it with `--json`, also where it fails. */
  readonly runJson: (args: readonly string[], options?: CommandOptions) => Promise<EndedJson>;
  /** Runs it with `--json`; it has to succeed. @returns its results */
  readonly results: <Result = unknown>(args: readonly string[], options?: CommandOptions) => Promise<readonly Result[]>;
  /** Runs it with `--json`; it has to succeed, with one result. @returns that */
  readonly result: <Result = unknown>(args: readonly string[], options?: CommandOptions) => Promise<Result>;
  /** Starts it in a process that has run others before, to wait for what it writes and to signal it. */
  readonly host: (args: readonly string[], options?: HostedOptions) => Promise<HostedCommand>;
  /**
   * Starts it in a process of its own. Whatever a test is about, standard error must hold no stack trace and no warning of the
   * runtime, and a command that was not killed leaves nothing in the folder for temporary files.
   */
  readonly start: (args: readonly string[], options?: CommandOptions) => Running;
}

/**
 * The built command of a package, for its tests.
 *
 * @param bin the file that Node runs
 * @param module what that file runs: the module that exports `run(argv, io)`
 *
 * @example
 * ```ts
 * const { run: cumulusApi, start } = builtCommand({ bin: new URL('../bin/cumulus-api.js', DIST), module: new URL('bin/main.js', DIST) });
 * expect(await cumulusApi(['tables', 'list'])).toMatchObject({ code: 2 });
 * ```
 */
export function builtCommand({ bin, module }: { readonly bin: URL; readonly module: URL }): BuiltCommand {
  const start = (args: readonly string[], options: CommandOptions = {}): Running => {
    const { environment, input, inputStaysOpen = false, nodeOptions = [], runBy = [] } = options;
    const { program = [process.execPath, ...nodeOptions, fileURLToPath(bin)] } = options;
    const temporary = temporaryFolder();
    const [file = '', ...first] = [...runBy, ...program];
    const env = commandEnvironment({ TMPDIR: temporary }, environment);
    const child = spawn(file, [...first, ...args], { env, stdio: 'pipe' });
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.write(input);
    if (!inputStaysOpen) child.stdin.end();
    const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve([code, signal]));
    });
    const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
      async ([[code, signal], stdout, stderr]): Promise<Ended> => {
        await checkCommand(temporary, { argv: args, stderr, wasKilled: signal !== null });
        return { code, signal, stdout, stderr };
      },
    );
    return { process: child, ended };
  };

  const run = async (args: readonly string[], options: CommandOptions = {}): Promise<Ended> => {
    if (options.nodeOptions ?? options.program ?? options.runBy) return start(args, options).ended;
    return runCommand(module, args, options);
  };

  const runJson = async (args: readonly string[], options: CommandOptions = {}) => {
    const ended = await run([...args, '--json'], options);
    const json = parseRun(ended.stdout);
    if (json.exitStatus !== ended.code) throw new Error(`It ended with ${ended.code}, and said ${json.exitStatus}.`);
    return { ...ended, json, results: json.results, result: json.results[0] };
  };

  const succeed = async (args: readonly string[], options: CommandOptions = {}): Promise<string> => {
    const ended = await runJson(args, options);
    if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
    return ended.stdout;
  };

  const results = async <Result = unknown>(args: readonly string[], options?: CommandOptions) =>
    parseRun<Result>(await succeed(args, options)).results;

  const result = async <Result = unknown>(args: readonly string[], options?: CommandOptions) =>
    resultOf<Result>(await succeed(args, options));

  const host = (args: readonly string[], options?: HostedOptions) => HostedCommand.start(module, args, options);

  return { run, runJson, results, result, host, start };
}
