import { connect, type NetConnectOpts } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How long an engine may take to answer, in milliseconds. */
const TIMEOUT = 2_000;

const PING = 'GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n';

/**
 * Whether a Docker engine answers a request: the one that `DOCKER_HOST` names, else the one at a usual socket. It
 * takes milliseconds where testcontainers would first be loaded and try one way after another; and unlike
 * testcontainers it believes `DOCKER_HOST`, so that pointing that to nowhere means to do without Docker.
 */
export async function dockerEngineAnswers(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const answers = await Promise.all(engineAddresses(environment).map(answersAt));
  return answers.includes(true);
}

/** Whether the engine is asked at a socket of this machine, rather than over a network. */
export function usesUnixSocket(environment: NodeJS.ProcessEnv = process.env): boolean {
  return engineAddresses(environment).every((address) => 'path' in address);
}

function engineAddresses(environment: NodeJS.ProcessEnv): NetConnectOpts[] {
  const host = environment['DOCKER_HOST'];
  if (host) {
    const url = URL.parse(host);
    if (url === null) return [];
    if (url.protocol === 'unix:') return [{ path: url.pathname }];
    return [{ host: url.hostname, port: Number(url.port || 2375) }];
  }
  const runtimeDirectory = environment['XDG_RUNTIME_DIR'];
  return [
    { path: '/var/run/docker.sock' },
    ...(runtimeDirectory ? [{ path: join(runtimeDirectory, 'docker.sock') }] : []),
    { path: join(homedir(), '.docker/run/docker.sock') },
    { path: join(homedir(), '.docker/desktop/docker.sock') },
  ];
}

/** A paused engine accepts connections, and is silent. One that needs TLS refuses the request, which is an answer. */
function answersAt(address: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    const socket = connect(address, () => {
      socket.once('data', () => settle(true)).once('end', () => settle(true));
      socket.write(PING);
    });
    socket.once('error', () => settle(false));
    setTimeout(() => settle(false), TIMEOUT).unref();
  });
}
