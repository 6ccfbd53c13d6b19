import { startDynalite } from './dynalite/start.ts';
import { KindUnavailableError, NoServerError } from './errors.ts';
import { startJar } from './jar.ts';
import type { LocalServer, LocalServerKind } from './server.ts';

/** The likest to AWS first, and last the one that runs everywhere. */
const DEFAULT_ORDER: readonly LocalServerKind[] = ['jar', 'dynalite'];

/** What to start, and where to say so. */
export interface StartOptions {
  /** The kinds to try, the most wanted first; the jar and then dynalite unless given. */
  readonly prefer?: readonly LocalServerKind[];
  /** Takes a plain line on what was started and why nothing better, without a line break. */
  readonly log?: (line: string) => void;
}

const starters: Record<LocalServerKind, () => Promise<LocalServer>> = {
  jar: startJar,
  dynalite: startDynalite,
};

/**
 * Starts a DynamoDB on this machine: the first of the preferred kinds that it can run. Settings of AWS, whose endpoint may
 * be a deployment's, have no say in it. The line given to `log` names what was passed over, such as
 * `dynalite, a stand-in in JavaScript without time to live and streams: no Java`.
 *
 * @throws {@link NoServerError} when none of the preferred kinds can be had
 *
 * @example
 * ```ts
 * import { startDynamoDB } from '@cumulus/local';
 *
 * const server = await startDynamoDB({ log: console.error });
 * try {
 *   console.log(server.endpoint);
 * } finally {
 *   await server.stop();
 * }
 * ```
 */
export async function startDynamoDB(options: StartOptions = {}): Promise<LocalServer> {
  const { prefer = DEFAULT_ORDER, log = () => undefined } = options;
  const reasons: string[] = [];
  for (const kind of prefer) {
    try {
      const server = await starters[kind]();
      log([server.description, ...(reasons.length > 0 ? [reasons.join(', ')] : [])].join(': '));
      return server;
    } catch (error) {
      if (!(error instanceof KindUnavailableError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new NoServerError(reasons);
}
