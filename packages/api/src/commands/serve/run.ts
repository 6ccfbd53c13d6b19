import { type Context, type Outcome, type Task, UsageError } from '@cumulus/cli';
import { createClient, INTERACTIVE_RETRY_POLICY, isLoopback } from '@cumulus/dynamodb/aws';
import { readPolicy } from '@cumulus/dynamodb/protection';
import { physicalTableName, tablesOfDeployment } from '@cumulus/dynamodb/tables';
import { tablesFromEnvironment, userFileKey } from '@cumulus/models';
import { createApp } from '../../app.ts';
import { samlLibrary } from '../../auth/launchpad/saml-library.ts';
import { ServerRunner } from '../../operations/server-runner.ts';
import type { ProtectionSettings } from '../../protection-settings.ts';
import { createServices, type Services } from '../../services.ts';
import { type Settings, settingsFromEnvironment, settingsWithoutLogin, withProtection } from '../../settings.ts';
import { checkEnvironmentFile } from './environment-file.ts';
import { type Listening, listen } from './listen.ts';
import { importLocal, type LocalDeployment, startLocalDeployment } from './local-deployment.ts';
import { localRequestsOnly } from './local-requests-only.ts';
import type { LocalServers } from './local-servers.ts';
import { DEFAULT_HOST, DEFAULT_MAX_REQUESTS, DEFAULT_PORT, type ServeOptions } from './options.ts';
import { PendingApp } from './pending-app.ts';
import { serverRequestLog } from './request-log.ts';

/** What is served, and what belongs to it. */
interface Served {
  readonly services: Services;
  readonly local?: LocalDeployment | undefined;
}

/** @param servers the servers behind `--local`; a DynamoDB that it starts unless given */
export async function runServe(
  options: ServeOptions,
  context: Context,
  servers?: LocalServers,
): Promise<readonly Task[]> {
  requireLoopback(options);
  // Wrong settings are an error before anything is started.
  const protection = await protectionOf(options, context);
  const settings = options.local ? undefined : withProtection(settingsOf(options), protection);
  if (options.local) await importLocal();
  const environmentFile = options['write-env'];
  if (environmentFile !== undefined) await checkEnvironmentFile(environmentFile);
  if (settings?.launchpad !== undefined) await samlLibrary();
  const missing =
    options.local || options.prefix === undefined
      ? []
      : (await tablesOfDeployment(context.client, options.prefix, context.abortSignal)).missing;
  const hasUsersTable = options.prefix === undefined ? Boolean(process.env['UsersTable']) : missing.length === 0;
  let running: Running | undefined;
  const start = async (): Promise<Outcome> => {
    // The port first: the rest may take a while, and would be wasted if the port were taken.
    const pending = new PendingApp();
    const server = await listen(pending.fetch, {
      host: options.host ?? DEFAULT_HOST,
      port: options.port ?? DEFAULT_PORT,
    });
    try {
      const served = await prepare(settings, { ...options, hasUsersTable, protection }, context, servers);
      const { services } = served;
      const app = createApp(services, options['max-requests'] ?? DEFAULT_MAX_REQUESTS);
      pending.start(services.auth === undefined ? localRequestsOnly(app.fetch, services.settings) : app.fetch);
      running = { server, served };
      await takeUpOperations(services, context);
      return describeStarted(server.url, served, missing);
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
  const stop = async (): Promise<readonly Outcome[]> => {
    if (running === undefined) return [];
    await aborted(context.abortSignal);
    await running.server.stop();
    const { runner } = running.served.services;
    if (runner instanceof ServerRunner) await runner.stop();
    await running.served.local?.stop();
    return [{ result: { table: null, state: 'stopped' }, lines: ['stopped on request'] }];
  };
  return [
    { table: null, run: async () => [await start()] },
    { table: null, run: stop },
  ];
}

/** Goes on with operations that an earlier process left. */
async function takeUpOperations({ runner, settings }: Services, { onWarning }: Context): Promise<void> {
  if (!(runner instanceof ServerRunner) || settings.systemBucket === undefined) return;
  try {
    await runner.takeUp();
  } catch (error) {
    onWarning(`Operations that were interrupted are not taken up: ${(error as Error).message}`);
  }
}

interface Running {
  readonly server: Listening;
  readonly served: Served;
}

function settingsOf({ prefix, 'no-auth': noAuth }: ServeOptions): Settings {
  if (noAuth) return settingsWithoutLogin(process.env, prefix ?? process.env['stackName'] ?? 'local');
  return settingsFromEnvironment(process.env);
}

/** What options say of protection. */
async function protectionOf(
  { backups, policy }: ServeOptions,
  { s3, abortSignal }: Context,
): Promise<Partial<ProtectionSettings>> {
  return {
    ...(backups === undefined ? {} : { backups }),
    ...(policy === undefined ? {} : { policy: await readPolicy(policy, { s3, abortSignal }) }),
  };
}

/** @param settings undefined for a local deployment */
async function prepare(
  settings: Settings | undefined,
  options: ServeOptions & { readonly hasUsersTable: boolean; readonly protection: Partial<ProtectionSettings> },
  context: Context,
  servers: LocalServers | undefined,
): Promise<Served> {
  const { prefix } = options;
  if (settings === undefined) {
    const withLogin = !options['no-auth'];
    const local = await startLocalDeployment({
      ...{ prefix: prefix ?? 'local', withLogin, protection: options.protection, context, servers },
      environmentFile: options['write-env'],
    });
    return { services: local.services, local };
  }
  const tableName =
    prefix === undefined
      ? tablesFromEnvironment(process.env)
      : (name: Parameters<typeof physicalTableName>[1]) => physicalTableName(prefix, name);
  const requestLog = serverRequestLog(settings.stackName);
  const { region, profile, 'endpoint-url': endpoint } = options;
  const { credentials } = context.client.config;
  const client = createClient({ region, profile, endpoint, credentials, retryPolicy: INTERACTIVE_RETRY_POLICY });
  // By whose credentials it serves is said at its start, not at the first request; those that are missing fail requests only.
  if (options.verbose) await credentials().catch(() => undefined);
  return {
    services: createServices({
      ...{ settings, client, tableName, hasUsersTable: options.hasUsersTable, requestLog },
      runner: 'server',
    }),
  };
}

function describeStarted(
  url: string,
  { services: { auth, settings }, local }: Served,
  missing: readonly string[],
): Outcome {
  const { token } = local ?? {};
  const usersFrom =
    auth?.provider === undefined
      ? ''
      : `: users are those of s3://${settings.systemBucket}/${userFileKey(settings.stackName)}`;
  return {
    result: { table: null, state: 'serving', url, token, missing: missing.length === 0 ? undefined : missing },
    lines: [
      `Serving ${url} (for people: ${url}/docs)`,
      ...(local === undefined ? [] : local.lines.map((line) => `  ${line}`)),
      ...missing.map((table) => `  ${table} is missing${usersFrom}`),
      ...(auth === undefined ? ['  without login, to this machine only'] : []),
      ...(token === undefined
        ? []
        : [`  token: ${token}`, `  curl -H "Authorization: Bearer $TOKEN" '${url}/granules?limit=3'`]),
      '  Ctrl-C ends it.',
    ],
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Checked here and not with the options, so that the help need not load the SDK. @throws UsageError */
function requireLoopback({ host = DEFAULT_HOST, 'no-auth': noAuth }: ServeOptions): void {
  if (noAuth && !isLoopback(host))
    throw new UsageError(
      `--no-auth goes only with an address such as 127.0.0.1, which nobody else reaches, not "${host}"`,
    );
}
