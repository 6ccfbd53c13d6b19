import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Connections } from '@cumulus/dynamodb/aws';

/** How long a connection may take to open, and an open one may be silent, in milliseconds: somebody waits for an answer. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 20_000 } as const;

/** Settings for a client of another service of AWS: region, credentials, logger, proxy and certificates of the client of the tables. */
export function clientSettings(tables: DynamoDBClient) {
  const { region, credentials, logger } = tables.config;
  return { region, credentials, logger, requestHandler: Connections.like(tables, TIMEOUTS) };
}
