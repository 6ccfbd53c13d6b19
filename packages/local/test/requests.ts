import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
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

/**
 * The other addresses of this machine at which something listens on a server's port. What is gone once the server is stopped
 * was the server, at an address where others could reach it; what stays is another program's.
 */
export async function listeningElsewhere(endpoint: string): Promise<string[]> {
  const outside = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0),
  );
  // A server that listens on all addresses answers at each that begins with 127.
  const hosts = ['127.0.0.2', ...outside.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))];
  const listening: string[] = [];
  for (const host of hosts) {
    if (await answers(`http://${host}:${new URL(endpoint).port}`)) listening.push(host);
  }
  return listening;
}

/** Why tests that need Java cannot run on this machine; undefined if they can. */
export function whyNoJava(): string | undefined {
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'no Java; .ci/run installs it';
}
