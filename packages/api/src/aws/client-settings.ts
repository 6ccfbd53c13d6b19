import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** How long a connection may take to open, and an open one may be silent, in milliseconds: somebody waits for an answer. */
const CONNECTION_TIMEOUT = 5_000;
const SOCKET_TIMEOUT = 20_000;

/** Settings for a client of another service of AWS: region, credentials and logger of the client of the tables. */
export function clientSettings({ config }: DynamoDBClient) {
  const { region, credentials, logger } = config;
  return {
    region,
    credentials,
    logger,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, socketTimeout: SOCKET_TIMEOUT },
  };
}
