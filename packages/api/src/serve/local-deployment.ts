import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type Context, UsageError } from '@cumulus/cli';
import { createClient, createDeployment, createStreamsClient, physicalTableName } from '@cumulus/dynamodb';
import {
  COUNTED_TYPES,
  type CountedTable,
  type CountedType,
  followCounts,
  LOCAL_KEY_VARIABLE,
  recount,
} from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import type { LoginProvider } from '../auth/login-provider.ts';
import { TokenSigner } from '../auth/token-signer.ts';
import { createSurroundings } from '../create-surroundings.ts';
import { type Settings, settingsWithoutLogin } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import { journalHere } from './journal-here.ts';

/** A deployment on this machine, for trying things out. */
export interface LocalDeployment {
  readonly surroundings: Surroundings;
  /** A token that the API takes; undefined where it is served without login. */
  readonly token: string | undefined;
  /** What the tables are in, in words. */
  readonly database: string;
  /** How many sample records there are. */
  readonly records: number;
  stop(): Promise<void>;
}

/** How long the printed token is good for, in seconds. */
const TOKEN_LIFETIME = 12 * 3600;

const USER = 'local';

export interface LocalDeploymentOptions {
  readonly prefix: string;
  /** Those of an API without login; undefined for one with. */
  readonly settings: Settings | undefined;
  readonly context: Pick<Context, 'abortSignal' | 'onWarning'>;
}

/**
 * Starts a DynamoDB on this machine, or takes the one that the environment names, makes the tables, fills them with sample
 * records, and keeps their counts.
 */
export async function startLocalDeployment({
  prefix,
  settings,
  context,
}: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { enterEnvironment, loadSampleRecords, serverEnvironment, startDynamoDB } = await importLocal();
  const server = await startDynamoDB({ prefer: ['jar', 'container', 'dynalite'] });
  const ending = new AbortController();
  const abortSignal = AbortSignal.any([ending.signal, context.abortSignal]);
  // Each request under way listens; Node would warn of more than ten.
  setMaxListeners(0, abortSignal);
  try {
    enterEnvironment(serverEnvironment(server));
    process.env[LOCAL_KEY_VARIABLE] ??= randomBytes(32).toString('base64');
    const client = createClient({ hurried: true });
    const tableName = (name: Parameters<typeof physicalTableName>[1]): string => physicalTableName(prefix, name);
    await createDeployment({ client, prefix, abortSignal });
    const records = await loadSampleRecords({ client, tableName: (name) => `${prefix}-${name}` });
    const counting = await keepCounts(prefix, abortSignal, context.onWarning);
    const journal = journalHere(prefix);
    const made = createSurroundings({
      settings: settings ?? settingsWithoutLogin(process.env, prefix),
      client,
      tableName,
      journal,
    });
    const surroundings = settings === undefined ? withLocalLogin(made) : made;
    const token = surroundings.auth === undefined ? undefined : await makeToken(surroundings);
    const stop = async (): Promise<void> => {
      ending.abort();
      await counting.ended;
      client.destroy();
      await server.stop();
    };
    return { surroundings, token, database: server.description, records, stop };
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

/** Counts once, and then follows what is written. */
async function keepCounts(
  prefix: string,
  abortSignal: AbortSignal,
  onWarning: (warning: string) => void,
): Promise<Counting> {
  const client = createClient();
  const streamsClient = createStreamsClient();
  const countsTable = physicalTableName(prefix, 'RecordCountsTable');
  const tables = (Object.keys(COUNTED_TYPES) as CountedType[]).map(
    (recordType): CountedTable => ({ recordType, table: physicalTableName(prefix, COUNTED_TYPES[recordType].table) }),
  );
  const counts = { client, streamsClient, countsTable, abortSignal };
  let follows = true;
  for (const counted of tables) {
    // Here a change is in its stream at once.
    const result = await recount({ ...counts, ...counted, settleTime: 1, pollInterval: 50 });
    follows &&= result.follows;
  }
  const ended = (follows ? followCounts({ ...counts, tables }) : Promise.resolve())
    .catch((error: unknown) => onWarning(`Counts follow no longer: ${error instanceof Error ? error.message : error}`))
    .finally(() => {
      client.destroy();
      streamsClient.destroy();
    });
  return { ended };
}

function withLocalLogin(surroundings: Surroundings): Surroundings {
  const { accessTokens, users } = surroundings.models;
  const signer = new TokenSigner(randomBytes(48).toString('base64'));
  const { dashboardOrigins: returnOrigins } = surroundings.settings;
  return {
    ...surroundings,
    auth: { provider: NO_PROVIDER, signer, accessTokens, users, returnOrigins, now: Date.now },
  };
}

async function makeToken({ auth, models }: Surroundings): Promise<string> {
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
