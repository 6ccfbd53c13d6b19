import {
  KindUnavailableError,
  type LocalServer,
  type LocalServerKind,
  NoServerError,
  startDynamoDB,
} from '@cumulus/local';
import { startContainer } from './dynamodb-container.ts';

/** The environment variable that names a DynamoDB for the tests, on this machine. */
export const TEST_ENDPOINT_VARIABLE = 'CUMULUS_TEST_DYNAMODB_ENDPOINT';

/** A kind of server that can be started; `container` is DynamoDB Local in Docker. */
type StartedKind = LocalServerKind | 'container';

/** `endpoint` is a server that {@link TEST_ENDPOINT_VARIABLE} names. */
type TestServerKind = StartedKind | 'endpoint';

/** The kinds to start, the most wanted first. */
const DEFAULT_ORDER: readonly StartedKind[] = ['container', 'jar', 'dynalite'];

/** The DynamoDB of a test run. */
export interface TestServer extends Omit<LocalServer, 'kind'> {
  readonly kind: TestServerKind;
}

export interface TestServerOptions {
  /** The kinds to try, the most wanted first; DynamoDB Local in Docker, its jar, dynalite unless given. */
  readonly prefer?: readonly StartedKind[] | undefined;
  /** Whether it is for minutes, such as a test run, rather than for what has to be fast for long; no unless given. */
  readonly isShortLived?: boolean | undefined;
  /** Takes a line that says what was started, and why nothing better. */
  readonly log?: (line: string) => void;
}

/** The variable names a server that tests must not write to. */
export class TestEndpointError extends Error {
  override readonly name = 'TestEndpointError';
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Puts a DynamoDB at hand for tests and benchmarks: the one that `CUMULUS_TEST_DYNAMODB_ENDPOINT` names, which is not
 * stopped, else one that is started. The settings of AWS are not asked: they may be those of a deployment.
 * @throws TestEndpointError where the variable names another machine
 * @throws {@link NoServerError} where none can be started
 */
export async function startTestDynamoDB(
  { prefer = DEFAULT_ORDER, isShortLived = false, log = () => undefined }: TestServerOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TestServer> {
  const endpoint = environment[TEST_ENDPOINT_VARIABLE];
  if (!endpoint) return startServer(prefer, isShortLived, log);
  if (!URL.canParse(endpoint) || !LOOPBACK.test(new URL(endpoint).hostname)) {
    throw new TestEndpointError(
      `${TEST_ENDPOINT_VARIABLE} is ${endpoint}, which is not on this machine: tests and benchmarks write to no server ` +
        'of others. Name one at 127.0.0.1, or unset it, and one is started.',
    );
  }
  const description = `the DynamoDB at ${endpoint} that ${TEST_ENDPOINT_VARIABLE} names`;
  log(description);
  return { endpoint, kind: 'endpoint', description, stop: () => Promise.resolve() };
}

async function startServer(
  prefer: readonly StartedKind[],
  isShortLived: boolean,
  log: (line: string) => void,
): Promise<TestServer> {
  const others = prefer.filter((kind) => kind !== 'container');
  if (others.length === prefer.length) return startDynamoDB({ prefer: others, log });
  try {
    const server: TestServer = { ...(await startContainer(log, isShortLived)), kind: 'container' };
    log(server.description);
    return server;
  } catch (error) {
    if (!(error instanceof KindUnavailableError)) throw error;
    const { message } = error;
    if (others.length === 0) throw new NoServerError([message]);
    return startDynamoDB({ prefer: others, log: (line) => log(`${line} (${message})`) });
  }
}
