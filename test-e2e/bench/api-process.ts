import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The built command. */
export const BIN = fileURLToPath(new URL('bin/cumulus-api.js', import.meta.resolve('@cumulus/api/package.json')));

/** An API that a process of its own serves. */
export interface Served {
  readonly url: string;
  /** The most memory that the process had so far, as Linux says. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

/** Serves the API of a prefix, without a login. */
export async function serve(prefix: string, options: readonly string[]): Promise<Served> {
  const port = await freePort();
  const child = await start(
    [BIN, 'serve', '--prefix', prefix, '--port', String(port), '--no-auth', ...options],
    'Ctrl-C',
  );
  return {
    url: `http://127.0.0.1:${port}`,
    peakMegabytes: () => {
      const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kilobytes) / 1024);
    },
    stop: async () => {
      child.kill('SIGINT');
      await once(child, 'close');
    },
  };
}

/** Starts a process of Node, and waits until it has said something. */
export function start(args: readonly string[], said: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes(said)) resolve(child);
    });
    child.once('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
