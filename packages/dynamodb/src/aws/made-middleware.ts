import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The clients that are as this project made them. */
const asMade = new WeakSet<DynamoDBClient>();

/** The functions that change a client's middleware. */
const CHANGES = ['add', 'addRelativeTo', 'use', 'remove', 'removeByTag'] as const;

const { send: sendOfSdk } = DynamoDBClient.prototype;

/** Notes that a client has all of its middleware. */
export function noteMiddleware<Client extends DynamoDBClient>(client: Client): Client {
  asMade.add(client);
  const stack = client.middlewareStack as unknown as Record<
    (typeof CHANGES)[number],
    (...given: readonly unknown[]) => unknown
  >;
  for (const name of CHANGES) {
    const change = stack[name];
    stack[name] = (...given) => {
      asMade.delete(client);
      return change(...given);
    };
  }
  return client;
}

/** Whether a client was noted, and nobody has changed its middleware since, or put a `send` of his own in place of the SDK's. */
export function isAsMade(client: DynamoDBClient): boolean {
  return asMade.has(client) && client.send === sendOfSdk;
}
