import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, UsageError } from '@cumulus/cli';
import { type ClientOptions, createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { createDeployment, physicalTableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedTable, type CountedType, followCounts, recount } from '@cumulus/models/counts';
import { localKeyCipher } from '@cumulus/models/secrets';
import { HTTPException } from 'hono/http-exception';
import type { LoginProvider } from '../../auth/login-provider.ts';
import { TokenSigner } from '../../auth/token-signer.ts';
import type { Services } from '../../services.ts';
import { createServices } from '../../services.ts';
import { settingsWithoutLogin } from '../../settings.ts';
import type { LocalServers } from './local-servers.ts';
import { serverRequestLog } from './request-log.ts';

/** A deployment on this machine, for trying things out. */
export interface LocalDeployment {
  readonly services: Services;
  /** A token that the API takes; undefined where it is served without login. */
  readonly token: string | undefined;
  /** What is served, in words for a person. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** How long the printed token is good for, in seconds. */
const TOKEN_LIFETIME = 12 * 3600;

const USER = 'local';

/** How long counts may be behind where there are no streams, in milliseconds. */
const RECOUNT_INTERVAL = 2_000;

/** Of a deployment's variables, those that a local one knows without services of AWS: whose pages may call the API. */
const PAGES_ONLY = { DASHBOARD_ORIGINS: process.env['DASHBOARD_ORIGINS'] };

export interface LocalDeploymentOptions {
  readonly prefix: string;
  readonly withLogin: boolean;
  readonly context: Pick<Context, 'abortSignal' | 'onWarning'>;
  /** What is served in place of a DynamoDB of its own. */
  readonly servers: LocalServers | undefined;
}

/**
 * Starts a DynamoDB on this machine, makes the tables, fills them with sample records, and keeps their counts. Nothing of
 * it follows the settings of AWS or the variables of a deployment: they may be those of a real one.
 */
export async function startLocalDeployment({
  prefix,
  withLogin,
  context,
  servers,
}: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { enterEnvironment, loadSampleRecords, serverEnvironment, serverSettings, startDynamoDB } = await importLocal();
  const server = servers === undefined ? await startDynamoDB() : await servers.startDynamoDB(context.abortSignal);
  const ending = new AbortController();
  const abortSignal = AbortSignal.any([ending.signal, context.abortSignal]);
  // Each request under way listens; Node would warn of more than ten.
  setMaxListeners(0, abortSignal);
  try {
    const otherServices = servers?.otherServices;
    // For the clients of other services; those of DynamoDB are given it.
    enterEnvironment(serverEnvironment(server, { otherServices }));
    const where = serverSettings(server);
    const client = createClient({ ...where, hurried: true });
    const tableName = (name: Parameters<typeof physicalTableName>[1]): string => physicalTableName(prefix, name);
    await createDeployment({ client, prefix, abortSignal });
    const { written, present } = await loadSampleRecords({ client, tableName: (name) => `${prefix}-${name}` });
    const counting = await keepCounts({ prefix, where, abortSignal, onWarning: context.onWarning });
    const made = createServices({
      settings: settingsWithoutLogin(otherServices === undefined ? PAGES_ONLY : process.env, prefix),
      client,
      tableName,
      requestLog: serverRequestLog(prefix),
      cipher: localKeyCipher(randomBytes(32).toString('base64')),
    });
    const services = withLogin ? withLocalLogin(made) : made;
    const token = services.auth === undefined ? undefined : await makeToken(services);
    const stop = async (): Promise<void> => {
      ending.abort();
      await counting.ended;
      client.destroy();
      await server.stop();
    };
    const lines = [
      `${written + present} sample records in ${server.description}`,
      ...(otherServices === undefined ? ['without workflows, S3 and logs, of which there are none here'] : []),
    ];
    return { services, token, lines, stop };
  } catch (error) {
    ending.abort();
    await server.stop();
    throw error;
  }
}

/** What `--local` needs besides. @throws UsageError where it is not installed */
export async function importLocal(): Promise<typeof import('@cumulus/local')> {
  try {
    return await import('@cumulus/local');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(
      '--local takes the package @cumulus/local, which is not installed: npm install -g @cumulus/local.',
    );
  }
}

/** Keeps the counts of a deployment until it is told to end. */
interface Counting {
  /** When it has. */
  readonly ended: Promise<void>;
}

interface CountingOptions {
  readonly prefix: string;
  /** Where the tables are. */
  readonly where: ClientOptions;
  readonly abortSignal: AbortSignal;
  readonly onWarning: (warning: string) => void;
}

/** Counts once, and then follows what is written; where there are no streams, by counting again and again. */
async function keepCounts({ prefix, where, abortSignal, onWarning }: CountingOptions): Promise<Counting> {
  const client = createClient(where);
  const streamsClient = createStreamsClient(where);
  const countsTable = physicalTableName(prefix, 'RecordCountsTable');
  const tables = (Object.keys(COUNTED_TYPES) as CountedType[]).map(
    (recordType): CountedTable => ({ recordType, table: physicalTableName(prefix, COUNTED_TYPES[recordType].table) }),
  );
  const counts = { client, streamsClient, countsTable, abortSignal };
  const countAll = async (): Promise<boolean> => {
    let follows = true;
    for (const counted of tables) {
      // Here a change is in its stream at once.
      const result = await recount({ ...counts, ...counted, settleTime: 1, pollInterval: 50 });
      follows &&= result.follows;
    }
    return follows;
  };
  const follows = await countAll();
  const ended = (follows ? followCounts({ ...counts, tables }) : again(countAll, abortSignal))
    .catch((error: unknown) => onWarning(`Counts follow no longer: ${error instanceof Error ? error.message : error}`))
    .finally(() => {
      client.destroy();
      streamsClient.destroy();
    });
  return { ended };
}

/** Does something again and again until the signal. */
async function again(work: () => Promise<unknown>, abortSignal: AbortSignal): Promise<void> {
  while (!abortSignal.aborted) {
    await sleep(RECOUNT_INTERVAL, undefined, { signal: abortSignal }).catch(() => undefined);
    if (!abortSignal.aborted) await work().catch((error: unknown) => abortSignal.aborted || Promise.reject(error));
  }
}

function withLocalLogin(services: Services): Services {
  const { accessTokens, users } = services.models;
  const signer = new TokenSigner(randomBytes(48).toString('base64'));
  const { dashboardOrigins: returnOrigins } = services.settings;
  return {
    ...services,
    auth: { provider: NO_PROVIDER, signer, accessTokens, users, returnOrigins, now: Date.now },
  };
}

async function makeToken({ auth, models }: Services): Promise<string> {
  if (auth === undefined) throw new TypeError('Without login there is no token.');
  const accessToken = randomBytes(24).toString('base64url');
  const expirationTime = Math.floor(Date.now() / 1000) + TOKEN_LIFETIME;
  await models.users.create({ userName: USER }).catch(async (error: unknown) => {
    if (!(await models.users.exists({ userName: USER }))) throw error;
  });
  await models.accessTokens.create({ accessToken, expirationTime, username: USER });
  return auth.signer.sign({ accessToken, username: USER, expirationTime });
}

const NO_PROVIDER: LoginProvider = {
  loginUrl: noProvider,
  redeem: noProvider,
  refresh: noProvider,
};

function noProvider(): never {
  throw new HTTPException(501, { message: 'There is no login here: use the token that was printed at the start.' });
}
