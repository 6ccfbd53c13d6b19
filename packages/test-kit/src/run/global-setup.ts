import { enterEnvironment, NoServerError, serverEnvironment } from '@cumulus/local';
import { RUN_SERVICES_VARIABLE } from '../protocol/ask-run.ts';
import { KIND_VARIABLE } from '../protocol/kind-variable.ts';
import { startTestDynamoDB, type TestServer } from '../servers/test-server.ts';
import { RunServices } from './run-services.ts';

/** What this test run shares, for the teardown. */
export let server: TestServer | undefined;
export let services: RunServices | undefined;

/**
 * Starts the one server that a whole test run shares, and passes it to the test workers in their environment. On a
 * developer's machine the tests make do with what is there; in CI (`CI` is set) they need Docker or a given endpoint,
 * so that nothing is passed over unnoticed.
 */
export default async function setUp(): Promise<void> {
  server = await startTestDynamoDB({
    isShortLived: true,
    log: (line) => process.stderr.write(`The tests use ${line}\n`),
    prefer: process.env['CI'] ? ['container'] : undefined,
  }).catch((error: unknown) => {
    if (!process.env['CI'] || !(error instanceof NoServerError)) throw error;
    throw new Error(`In CI the tests need Docker: ${error.reasons}. .ci/run installs it and builds the image.`);
  });
  services = await RunServices.start();
  enterEnvironment({
    ...serverEnvironment(server),
    // Tests name their stand-ins of other services themselves.
    AWS_ENDPOINT_URL: undefined,
    [KIND_VARIABLE]: server.kind,
    [RUN_SERVICES_VARIABLE]: services.endpoint,
    // Of the Node that runs the tests; that the command shows it is tested with others.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
}
