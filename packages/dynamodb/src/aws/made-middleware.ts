import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The middleware of clients as they were made. */
const made = new WeakMap<DynamoDBClient, string>();

/** Notes the middleware that a client has now. */
export function noteMiddleware<Client extends DynamoDBClient>(client: Client): Client {
  made.set(client, namesOf(client));
  return client;
}

/** Whether a client was noted, and nobody has added middleware to it since. */
export function hasMiddlewareAsMade(client: DynamoDBClient): boolean {
  return made.get(client) === namesOf(client);
}

function namesOf({ middlewareStack }: DynamoDBClient): string {
  return middlewareStack.identify().join('\n');
}
