import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { createModels, type Models, tablesFromEnvironment } from '@cumulus/models';
import { type AwsClients, createAwsClients } from '../aws/clients.ts';
import { snsClient, type TriggerClients } from '../aws/trigger-clients.ts';
import type { Log } from '../logging/log.ts';
import { type Environment, SettingsError } from '../settings.ts';
import { Workflows } from '../workflows/workflows.ts';

/** What the functions of rules start workflows with. */
export interface RuleStarting {
  readonly models: Pick<Models, 'rules'>;
  readonly workflows: Pick<Workflows, 'startRule'>;
  readonly clients: AwsClients & Pick<TriggerClients, 'sns'>;
  /** The topic for records of streams that started nothing, from which they come again; undefined if there is none. */
  readonly fallbackTopicArn: string | undefined;
  readonly log: Log;
}

/** The tables that workflows are started by. */
const TABLES = ['RulesTable', 'CollectionsTable', 'ProvidersTable'] as const;

/** All of it but the log, by a function's environment. @throws SettingsError that names each variable that is missing */
export function ruleStartingFromEnvironment(
  environment: Environment,
  client: DynamoDBClient = createClient({ retryPolicy: INTERACTIVE_RETRY_POLICY }),
): Omit<RuleStarting, 'log'> {
  const { stackName, system_bucket: systemBucket } = environment;
  const missing = ['stackName', 'system_bucket', ...TABLES].filter((name) => !environment[name]);
  if (!stackName || !systemBucket || missing.length > 0)
    throw new SettingsError(`Rules cannot start workflows: ${missing.map((name) => `${name} is not set`).join('; ')}.`);
  const clients = { ...createAwsClients(client), sns: snsClient(client) };
  const models = createModels({ client, tables: tablesFromEnvironment(environment) });
  const settings = { stackName, systemBucket, startQueueUrl: environment['defaultSchedulerQueueUrl'] || undefined };
  return {
    models,
    workflows: new Workflows({ settings, models, clients }),
    clients,
    fallbackTopicArn: environment['FallbackTopicArn'] || undefined,
  };
}
