import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Ended, type Running, start } from '../kit/command.ts';

/** An API that `cumulus-api serve` serves. */
export interface Served {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** What it has said so far. */
  said(): string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

/** The program that serves a local deployment with other services than DynamoDB, which the tests start. */
export const LOCAL_WITH_SERVICES = [
  process.execPath,
  fileURLToPath(new URL('local-with-services.mjs', import.meta.url)),
] as const;

/** Starts `cumulus-api serve` and waits until it is up. @param program this repository's build unless given */
export async function serveApi(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  program?: readonly string[],
): Promise<Served> {
  const running = start(['serve', ...args], { environment, ...(program === undefined ? {} : { program }) });
  let said = '';
  const up = new Promise<string>((resolve, reject) => {
    running.process.stdout?.on('data', (chunk) => {
      said += chunk;
      const [, url] = /Serving (\S+)[\s\S]*Ctrl-C ends it/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    running.ended.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}:\n${stderr}`)), reject);
  });
  return { url: await up, said: () => said, stop: () => interrupt(running) };
}

function interrupt({ process, ended }: Running): Promise<Ended> {
  process.kill('SIGINT');
  return ended;
}

/** A port that nothing listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
