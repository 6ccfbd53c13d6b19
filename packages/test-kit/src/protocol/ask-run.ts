import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The environment variable by which the tests find the `RunServices` of their run. */
export const RUN_SERVICES_VARIABLE = 'CUMULUS_TEST_RUN_SERVICES';

/** The HTTP status by which they say that something does not exist on this machine. */
export const UNAVAILABLE = 503;

/** What the run can't give on this machine, and why. */
class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/**
 * Asks the `RunServices` of this run.
 * @throws UnavailableError where this machine has no such thing
 */
export async function askRun(method: string, path: string): Promise<string> {
  return text(await openRun(method, path));
}

/** Why this machine can't give what the run is asked for; undefined if it can. */
export async function whyUnavailable(path: string): Promise<string | undefined> {
  try {
    await askRun('GET', path);
    return undefined;
  } catch (error) {
    if (error instanceof UnavailableError) return error.message;
    throw error;
  }
}

/** Like {@link askRun}, for an answer that comes piece by piece. */
export async function openRun(method: string, path: string, body = ''): Promise<IncomingMessage> {
  const endpoint = process.env[RUN_SERVICES_VARIABLE];
  // Without an agent: a connection that is kept would keep jest's worker from its end.
  const asking = request(`${endpoint}${path}`, { method, agent: false }).end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  if (answer.statusCode === 200) return answer;
  const said = await text(answer);
  throw answer.statusCode === UNAVAILABLE ? new UnavailableError(said) : new Error(said);
}
