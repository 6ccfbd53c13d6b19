import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

/** A client for a server of a test's own, rather than the one that the run shares. */
export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint });
}

/** The names of the tables on a server. */
export async function listTables(endpoint: string): Promise<readonly string[] | undefined> {
  const client = clientOf(endpoint);
  try {
    return (await client.send(new ListTablesCommand({}))).TableNames;
  } finally {
    client.destroy();
  }
}

/** Whether anything listens at a URL. */
export async function answers(endpoint: string): Promise<boolean> {
  return await fetch(endpoint).then(
    () => true,
    () => false,
  );
}
