import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { type Context, UsageError } from '@cumulus/cli';
import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { createDeployment, physicalTableName } from '@cumulus/dynamodb/tables';
import { localKeyCipher } from '@cumulus/models/secrets';
import { isMissingPackage } from '../../missing-package.ts';
import type { ProtectionSettings } from '../../protection-settings.ts';
import { createServices, type Services } from '../../services.ts';
import { settingsWithoutLogin, withProtection } from '../../settings.ts';
import { writeEnvironmentFile } from './environment-file.ts';
import { keepLocalCounts } from './local-counts.ts';
import { createLocalToken, withLocalLogin } from './local-login.ts';
import type { LocalServers } from './local-servers.ts';
import { serverRequestLog } from './request-log.ts';

/** A deployment on this machine, for trying things out. */
export interface LocalDeployment {
  readonly services: Services;
  /** A token for the API; undefined without login. */
  readonly token: string | undefined;
  /** What is served, in words for a person. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** The variables of a deployment that count without services of AWS: whose pages may call the API. */
const pagesOnly = () => ({ DASHBOARD_ORIGINS: process.env['DASHBOARD_ORIGINS'] });

export interface LocalDeploymentOptions {
  readonly prefix: string;
  readonly withLogin: boolean;
  readonly protection: Partial<ProtectionSettings>;
  readonly context: Pick<Context, 'abortSignal' | 'onWarning'>;
  /** Served instead of a DynamoDB that is started here. */
  readonly servers: LocalServers | undefined;
  /** Written for shells whose commands are to reach the same DynamoDB, and removed at the end. */
  readonly environmentFile: string | undefined;
}

/**
 * Starts a DynamoDB on this machine, creates the tables, fills them with sample records, and keeps their counts. It ignores AWS's
 * settings and a deployment's variables, which may be those of a real deployment.
 */
export async function startLocalDeployment({
  prefix,
  withLogin,
  protection,
  context,
  servers,
  environmentFile,
}: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { enterEnvironment, loadSampleRecords, serverEnvironment, serverSettings, startDynamoDB } = await importLocal();
  const server = servers === undefined ? await startDynamoDB() : await servers.startDynamoDB(context.abortSignal);
  const stopping = new AbortController();
  const abortSignal = AbortSignal.any([stopping.signal, context.abortSignal]);
  // Each request in progress listens; Node would warn of more than ten.
  setMaxListeners(0, abortSignal);
  try {
    const otherServices = servers?.otherServices;
    // For the clients of other services; those of DynamoDB receive it directly.
    enterEnvironment(serverEnvironment(server, { otherServices }));
    const where = serverSettings(server);
    const client = createClient({ ...where, retryPolicy: INTERACTIVE_RETRY_POLICY });
    const tableName = (name: Parameters<typeof physicalTableName>[1]): string => physicalTableName(prefix, name);
    await createDeployment({ client, prefix, abortSignal });
    const { written, present } = await loadSampleRecords({ client, tableName: (name) => `${prefix}-${name}` });
    const counting = await keepLocalCounts({ prefix, where, abortSignal, onWarning: context.onWarning });
    const created = createServices({
      settings: {
        ...withProtection(
          settingsWithoutLogin(otherServices === undefined ? pagesOnly() : process.env, prefix),
          protection,
        ),
        isLocal: true,
      },
      client,
      tableName,
      requestLog: serverRequestLog(prefix),
      cipher: localKeyCipher(randomBytes(32).toString('base64')),
      runner: 'server',
    });
    const services = withLogin ? withLocalLogin(created) : created;
    const token = services.auth === undefined ? undefined : await createLocalToken(services);
    if (environmentFile !== undefined)
      await writeEnvironmentFile(environmentFile, serverEnvironment(server, { given: {}, otherServices }));
    const stop = async (): Promise<void> => {
      if (environmentFile !== undefined) await rm(environmentFile, { force: true });
      stopping.abort();
      await counting.ended;
      client.destroy();
      await server.stop();
    };
    const lines = [
      `${written + present} sample records in ${server.description}`,
      ...(environmentFile === undefined ? [] : [`for commands in another shell: source ${environmentFile}`]),
      ...(otherServices === undefined ? ['without workflows, S3 and logs'] : []),
    ];
    return { services, token, lines, stop };
  } catch (error) {
    stopping.abort();
    await server.stop();
    throw error;
  }
}

/** Loads the package that `--local` needs. @throws UsageError if it is not installed */
export async function importLocal(): Promise<typeof import('@cumulus/local')> {
  try {
    return await import('@cumulus/local');
  } catch (error) {
    if (!isMissingPackage(error)) throw error;
    throw new UsageError(
      '--local takes the package @cumulus/local, which is not installed beside @cumulus/api. A clone of the repository has it: run cumulus-api there.',
    );
  }
}
