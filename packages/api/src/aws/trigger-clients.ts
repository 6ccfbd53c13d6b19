import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from './client-settings.ts';
import { once } from './clients.ts';

/** The services by which workflows are triggered. Functions that only start them do not have these in their files. */
export interface TriggerClients {
  eventBridge(): Promise<EventBridgeClient>;
  lambda(): Promise<LambdaClient>;
  sns(): Promise<SNSClient>;
}

/** Clients that are loaded and made when they are first asked for. */
export function createTriggerClients(tables: DynamoDBClient): TriggerClients {
  const settings = clientSettings(tables);
  return {
    eventBridge: once(async () => new (await import('@aws-sdk/client-eventbridge')).EventBridgeClient(settings)),
    lambda: once(async () => new (await import('./lambda-sdk.ts')).LambdaClient(settings)),
    sns: snsClient(tables),
  };
}

export function snsClient(tables: DynamoDBClient): () => Promise<SNSClient> {
  return once(async () => new (await import('@aws-sdk/client-sns')).SNSClient(clientSettings(tables)));
}
