import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to answer, and how often to ask, in milliseconds. */
const STARTUP_TIMEOUT = 60_000;
const POLL_INTERVAL = 50;

/** How many characters of its complaints are kept for an error. */
const COMPLAINT_LENGTH = 4_000;

/** What a POSIX shell exits with when there is no such command. */
const COMMAND_NOT_FOUND = 127;

/**
 * Runs the command given as arguments until it ends or standard input does, and then removes the working directory.
 * Standard input is a pipe that only we hold: it ends with this process, however that dies, and the server with it.
 * (Standard error goes with it too, and a shell that reports a killed job there would die of that before tidying up.)
 */
const GUARD = `
  directory=$PWD
  exec 3<&0
  "$@" 3<&- & server=$!
  exec 2>/dev/null
  { read -r _ <&3; kill -9 $server; } &
  wait $server; status=$?
  cd /; /bin/rm -rf "$directory"
  exit $status
`;

/** A server in a process of its own. */
export interface ServerProcess {
  /** A URL without a path. */
  readonly endpoint: string;
  /** Ends the process; once it has ended, does nothing. */
  stop(): Promise<void>;
}

/** A server that does not come to answer. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';

  /** Whether there is no such command on this machine. */
  readonly commandNotFound: boolean;

  constructor(message: string, commandNotFound: boolean) {
    super(message);
    this.commandNotFound = commandNotFound;
  }
}

/**
 * Runs a command that serves HTTP on a free port of the loopback interface, until it answers, whatever that is. The
 * server ends with this process at the latest. It has a temporary working directory of its own.
 *
 * @param name of the working directory, for a person who finds it
 * @param command gives the command with its arguments for a port
 * @param files what the working directory holds at the start, by name
 * @throws {@link ServerStartError} with what the server wrote on standard error, when it ends or does not answer in time
 */
export async function startServerProcess(
  name: string,
  command: (port: string) => readonly string[],
  files: Readonly<Record<string, Buffer>> = {},
): Promise<ServerProcess> {
  const directory = await mkdtemp(join(tmpdir(), `cumulus-${name}-`));
  for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', ...command(new URL(endpoint).port)], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'pipe'],
    // A group of its own, so that Ctrl-C reaches only us and the server lives until we have tidied up.
    detached: true,
  });
  await untilAnswers(endpoint, child);
  return { endpoint, stop: () => end(child) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < COMPLAINT_LENGTH) complaint += text;
  });
  const deadline = Date.now() + STARTUP_TIMEOUT;
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null) throw new ServerStartError(complaint.trim(), child.exitCode === COMMAND_NOT_FOUND);
    if (Date.now() > deadline) {
      await end(child);
      throw new ServerStartError(`no answer within ${STARTUP_TIMEOUT / 1_000} seconds`, false);
    }
    await sleep(POLL_INTERVAL);
  }
}

/** A request that is refused is answered. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint);
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
}
