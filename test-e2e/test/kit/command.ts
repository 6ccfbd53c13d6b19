import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { checkCommand, commandEnvironment, runCommand, temporaryFolder } from '@cumulus/test-kit/command';

/** How the command came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command while it runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface CommandOptions {
  /** Variables set, or removed (undefined), in the environment of the tests. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string | Buffer;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** The command to run, with its first arguments; this repository's build unless given. */
  readonly program?: readonly string[];
  /** A program that runs the command, with its own arguments, such as strace. */
  readonly runBy?: readonly string[];
}

const BUILD = new URL('../../../packages/api/dist/', import.meta.url);
/** The bin of this repository's build, run by this Node. */
const BUILT_BIN = fileURLToPath(new URL('bin.js', BUILD));
/** What the bin runs. */
const BUILT_RUN = new URL('run.js', BUILD);

/**
 * Runs `cumulus-api` to its end; in a process of its own only where it is another program than this repository's build, or
 * Node has options.
 */
export async function cumulusApi(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  if (options.nodeOptions ?? options.program ?? options.runBy) return start(args, options).ended;
  return { ...(await runCommand(BUILT_RUN, args, options)), signal: null };
}

/**
 * Starts `cumulus-api` in a process of its own. Whatever a test is about, standard error must hold no stack trace and no
 * warning of the runtime, and a command that was not killed leaves nothing in the folder for temporary files.
 */
export function start(args: readonly string[], options: CommandOptions = {}): Running {
  const {
    environment,
    input,
    nodeOptions = [],
    program = [process.execPath, ...nodeOptions, BUILT_BIN],
    runBy = [],
  } = options;
  const temporary = temporaryFolder();
  const [file = '', ...first] = [...runBy, ...program];
  const child = spawn(file, [...first, ...args], { env: commandEnvironment({ TMPDIR: temporary }, environment) });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
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
}

/** Runs `cumulus-api --json …`, which has to succeed, and gives the object or array that it printed. */
export async function cumulusApiJson<T>(args: readonly string[], options: CommandOptions = {}): Promise<T> {
  const ended = await cumulusApi([...args, '--json'], options);
  if (ended.code !== 0) throw new Error(`cumulus-api ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
  return JSON.parse(ended.stdout) as T;
}
