import type { LocalServer, LocalServerKind } from '../server.ts';
import { type StartOptions, startDynamoDB } from '../start.ts';

/** The environment variable that names a DynamoDB for the tests, on this machine. */
export const TEST_ENDPOINT_VARIABLE = 'CUMULUS_TEST_DYNAMODB_ENDPOINT';

/** How the DynamoDB of a test run came to be at hand; `endpoint` is one that {@link TEST_ENDPOINT_VARIABLE} names. */
export type TestServerKind = LocalServerKind | 'endpoint';

/** The DynamoDB of a test run. */
export interface TestServer extends Omit<LocalServer, 'kind'> {
  readonly kind: TestServerKind;
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
  options: StartOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TestServer> {
  const endpoint = environment[TEST_ENDPOINT_VARIABLE];
  if (!endpoint) return startDynamoDB(options);
  if (!URL.canParse(endpoint) || !LOOPBACK.test(new URL(endpoint).hostname)) {
    throw new TestEndpointError(
      `${TEST_ENDPOINT_VARIABLE} is ${endpoint}, which is not on this machine: tests and benchmarks write to no server ` +
        'of others. Name one at 127.0.0.1, or unset it, and one is started.',
    );
  }
  const description = `the DynamoDB at ${endpoint} that ${TEST_ENDPOINT_VARIABLE} names`;
  options.log?.(description);
  return { endpoint, kind: 'endpoint', description, stop: () => Promise.resolve() };
}
