import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CountsTableName, TableName } from '@cumulus/dynamodb/tables';
import type { Models, OperationRunner, UserModel } from '@cumulus/models';
import { createModels } from '@cumulus/models';
import type { CountsTable } from '@cumulus/models/counts';
import { type FetchText, payloadPlace } from '@cumulus/models/payloads';
import type { RecordingTarget } from '@cumulus/models/recording';
import type { Cipher } from '@cumulus/models/secrets';
import type { Auth } from './auth/auth.ts';
import { usersOfFile, usersOfTable } from './auth/authorized-users.ts';
import { createEarthdataLogin } from './auth/earthdata-login.ts';
import { LaunchpadLogin } from './auth/launchpad/launchpad-login.ts';
import { USERS_OF_LAUNCHPAD } from './auth/launchpad/routes.ts';
import { TokenSigner } from './auth/token-signer.ts';
import { type AwsClients, createAwsClients } from './aws/clients.ts';
import { fetchText } from './aws/fetch-text.ts';
import { SystemObjects } from './aws/system-objects.ts';
import { createTriggerClients } from './aws/trigger-clients.ts';
import { bulkGranules } from './bulk/bulk-granules.ts';
import { Cmr } from './cmr/cmr.ts';
import { CollectionConfigs } from './collections/collection-configs.ts';
import { CollectionWriter } from './collections/collection-writer.ts';
import type { GranuleServices } from './granules/granule-services.ts';
import type { RequestLog } from './logging/request-log.ts';
import { LogEvents } from './logs/log-events.ts';
import { logGroupsOf } from './logs/log-groups.ts';
import { type AnyKind, Operations, type Runner } from './operations/operations.ts';
import { QueueRunner } from './operations/queue-runner.ts';
import { ServerRunner } from './operations/server-runner.ts';
import { DeploymentProtection } from './protection/deployment-protection.ts';
import { type ReportServices, reportOperation } from './reconciliation/report-operation.ts';
import { ReconciliationReports } from './reports/reconciliation-reports.ts';
import { createTriggers } from './rules/create-triggers.ts';
import { Rules } from './rules/rules.ts';
import { addressOf, requireSystemBucket, type Settings } from './settings.ts';
import { Workflows } from './workflows/workflows.ts';

/** All that the API's answers come from. */
export interface Services {
  readonly settings: Settings;
  readonly models: Models;
  /** The tables, for what is about several of them at once. */
  readonly target: RecordingTarget;
  readonly counts: CountsTable;
  readonly collectionWriter: CollectionWriter;
  readonly workflows: Workflows;
  /** The deployment's objects in its system bucket; undefined for one on this machine that has no S3. */
  readonly systemObjects: SystemObjects | undefined;
  /** Rules with what starts their workflows. */
  readonly rules: Rules;
  /** What is needed for the files of granules, and for their publication. */
  readonly granuleServices: GranuleServices;
  readonly logs: LogEvents;
  /** Long operations that requests start. */
  readonly operations: Operations;
  /** What runs them: a queue's function, this process, or nobody. */
  readonly runner: Runner | undefined;
  readonly reports: ReconciliationReports;
  readonly protection: DeploymentProtection;
  /** The most that an answer may have, in bytes; undefined where nothing limits it. */
  readonly maxAnswerBytes?: number | undefined;
  /** Clients of the services beside the tables. */
  readonly clients: AwsClients;
  /** Undefined for an API without login. */
  readonly auth: Auth | undefined;
  readonly requestLog: RequestLog;
}

export interface ServicesOptions {
  readonly settings: Settings;
  readonly client: DynamoDBClient;
  /** Gives a table's physical name. */
  readonly tableName: (name: TableName | CountsTableName) => string;
  readonly requestLog: RequestLog;
  /** Whether the deployment has a table of users; else they are those of a file in the system bucket. */
  readonly hasUsersTable?: boolean | undefined;
  /** What secrets are encrypted with; what the environment names unless given. */
  readonly cipher?: Cipher | undefined;
  /**
   * Who runs operations: a server within its process, where the deployment has no queue for them, or a command, which runs those that it
   * starts; a queue's function unless given.
   */
  readonly runner?: Exclude<OperationRunner, 'queue'> | undefined;
  /** The most that an answer may have, in bytes; anything unless given. */
  readonly maxAnswerBytes?: number | undefined;
  /** The time now, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** All that the API's answers come from, by a deployment's settings. Nothing is asked before a request asks it. */
export function createServices({
  settings,
  client,
  tableName,
  requestLog,
  hasUsersTable = true,
  cipher,
  runner: runnerName,
  maxAnswerBytes,
  now = Date.now,
}: ServicesOptions): Services {
  const { dashboardOrigins, operationsQueueUrl, stackName, systemBucket } = settings;
  const clients = createAwsClients(client);
  const models = createModels({
    client,
    tables: tableName,
    cipher,
    now,
    onWarning: (warning) => requestLog.warning(warning),
    payloads:
      systemBucket === undefined ? undefined : { ...payloadPlace(systemBucket, stackName), fetch: fetchText(clients) },
  });
  const target = { client, tableName };
  const objects = new SystemObjects({ clients, bucket: systemBucket, stackName });
  const systemObjects = settings.isLocal && systemBucket === undefined ? undefined : objects;
  const configs = systemObjects === undefined ? undefined : new CollectionConfigs(systemObjects);
  const login = loginOf(settings, { users: () => models.users, hasUsersTable, fetchFromS3: fetchText(clients), now });
  const auth: Auth | undefined =
    login === undefined
      ? undefined
      : {
          ...{ ...login, accessTokens: models.accessTokens, now },
          ...{ returnOrigins: dashboardOrigins, address: addressOf(settings) },
        };
  const workflows = new Workflows({ settings, models, clients });
  const triggers = createTriggers({ settings, clients: { ...clients, ...createTriggerClients(client) }, workflows });
  const { asyncOperations: model } = models;
  const onWarning = (warning: string): void => requestLog.warning(warning);
  const runnerOf = (): Runner | undefined => {
    if (runnerName === 'command') return { name: runnerName };
    if (operationsQueueUrl !== undefined) return new QueueRunner(clients, operationsQueueUrl);
    if (runnerName === 'server') return new ServerRunner({ model, operations: () => operations, onWarning });
    return undefined;
  };
  const runner = runnerOf();
  const granuleServices: GranuleServices = {
    ...{ target, clients, systemObjects, now },
    cmr: new Cmr({ settings: settings.cmr, clients, systemObjects, now }),
    distributionUrl: settings.cmr.distributionUrl,
  };
  const reports = new ReconciliationReports({
    objects,
    isUnderWay: async (id) => (await model.find({ id }))?.status === 'RUNNING',
  });
  const { cmr } = granuleServices;
  const forReports: ReportServices = {
    ...{ client, tableName, systemObjects, cmr, cmrSettings: settings.cmr, reports, now },
  };
  const filesIn = systemObjects === undefined ? undefined : clients;
  const bulk = bulkGranules(() => ({ models, workflows, granuleServices, filesIn }));
  const kinds: readonly AnyKind[] = [bulk, reportOperation(forReports)];
  const operations: Operations = new Operations({ model, systemObjects, kinds, runner });
  return {
    settings,
    models,
    target,
    counts: { client, countsTable: tableName('RecordCountsTable') },
    collectionWriter: new CollectionWriter(models.collections, configs),
    workflows,
    rules: new Rules({ model: models.rules, workflows, triggers }),
    systemObjects,
    granuleServices,
    logs: LogEvents.forAnswers(settings.logGroups ?? logGroupsOf(stackName), client),
    operations,
    runner,
    reports,
    protection: new DeploymentProtection({
      ...{ settings: settings.protection, client, clients, tableName, stackName, now },
    }),
    maxAnswerBytes,
    clients,
    auth,
    requestLog,
  };
}

interface LoginServices {
  readonly users: () => UserModel;
  readonly hasUsersTable: boolean;
  readonly fetchFromS3: FetchText;
  readonly now: () => number;
}

/** Where people log in, and who of them may use the API; undefined for an API without login. */
function loginOf(
  settings: Settings,
  { users, hasUsersTable, fetchFromS3, now }: LoginServices,
): Pick<Auth, 'provider' | 'launchpad' | 'signer' | 'users'> | undefined {
  const { login, launchpad, tokenSecret: secret } = settings;
  if (secret === undefined) return undefined;
  const signer = new TokenSigner(secret);
  if (launchpad !== undefined) {
    const options = { settings: launchpad, secret, fetchFromS3, now };
    return { provider: undefined, launchpad: new LaunchpadLogin(options), signer, users: USERS_OF_LAUNCHPAD };
  }
  if (login === undefined) return undefined;
  const authorized = hasUsersTable
    ? usersOfTable(users(), now)
    : usersOfFile(requireSystemBucket(settings), fetchFromS3, now);
  return { provider: createEarthdataLogin(login), signer, users: authorized };
}
