import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

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

/** The bin of this repository's build, run by this Node. */
const BUILT_BIN = fileURLToPath(new URL('../../packages/api/dist/bin.js', import.meta.url));

const STACK_TRACE = /^\s+at .+[:(]\d+:\d+\)?$/m;
const RUNTIME_WARNING = /\(node:\d+\)|Warning:|NodeDeprecation/;

/** Runs `cumulus-api` to its end. */
export function cumulusApi(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/**
 * Starts `cumulus-api`. Whatever a test is about, standard error must hold no stack trace and no warning of the runtime,
 * and a command that was not killed leaves nothing in the folder for temporary files.
 */
export function start(args: readonly string[], options: CommandOptions = {}): Running {
  const {
    environment,
    input,
    nodeOptions = [],
    program = [process.execPath, ...nodeOptions, BUILT_BIN],
    runBy = [],
  } = options;
  const temporary = mkdtempSync(join(tmpdir(), 'cumulus-e2e-tmp-'));
  const [file = '', ...first] = [...runBy, ...program];
  const child = spawn(file, [...first, ...args], {
    env: {
      ...process.env,
      // The command has to keep these warnings away by itself.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined,
      NODE_OPTIONS: undefined,
      NODE_NO_WARNINGS: undefined,
      TMPDIR: temporary,
      ...environment,
    },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    async ([[code, signal], stdout, stderr]): Promise<Ended> => {
      const left = await readdir(temporary);
      await rm(temporary, { recursive: true });
      if (STACK_TRACE.test(stderr)) throw new Error(`Standard error holds a stack trace:\n${stderr}`);
      if (RUNTIME_WARNING.test(stderr)) throw new Error(`Standard error holds a warning of the runtime:\n${stderr}`);
      if (signal === null && left.length > 0)
        throw new Error(`Temporary files were left: ${left.join(', ')}\n${stderr}`);
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
