import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HostedCommand } from '@cumulus/test-kit/command';
import { type Ended, host } from '../kit/command.ts';

/** An API that `cumulus-api serve` serves. */
export interface Served {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** What it has said so far. */
  said(): string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

const LOCAL_WITH_SERVICES = new URL('local-with-services.mjs', import.meta.url);

/** Serves a local deployment over the tests' DynamoDB, with other services than that, which the tests start. */
export const hostLocal: typeof host = (args, options) => HostedCommand.start(LOCAL_WITH_SERVICES, args, options);

/** Starts `cumulus-api serve` and waits until it is up. @param hosted this repository's build unless given */
export async function serveApi(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  hosted: typeof host = host,
): Promise<Served> {
  const running = await hosted(['serve', ...args], { environment });
  const urlOf = (said: string): string | undefined => /Serving (\S+)[\s\S]*Ctrl-C ends it/.exec(said)?.[1];
  await running.until('stdout', (said) => urlOf(said) !== undefined);
  const stop = async (): Promise<Ended> => {
    await running.kill('SIGINT');
    return running.ended;
  };
  return { url: urlOf(running.written.stdout) ?? '', said: () => running.written.stdout, stop };
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
