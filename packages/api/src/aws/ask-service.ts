import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsErrorKind, CumulusError, classifyAwsError } from '@cumulus/dynamodb/aws';

/** Time to open a connection, and time without a byte on an open one, in milliseconds: somebody is waiting for an answer. */
const CONNECTION_TIMEOUT = 5_000;
const SOCKET_TIMEOUT = 20_000;

/** The settings of a client of another service of AWS: where, as whom and as quietly as the client of the tables asks. */
export function clientSettings({ config }: DynamoDBClient) {
  const { region, credentials, logger } = config;
  return {
    region,
    credentials,
    logger,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, socketTimeout: SOCKET_TIMEOUT },
  };
}

/** A service of AWS keeps saying that it cannot answer now, or cannot be reached. */
export class ServiceUnavailableError extends CumulusError {
  readonly code = 'SERVICE_UNAVAILABLE';
}

const UNAVAILABLE: readonly AwsErrorKind[] = ['throttled', 'unavailable', 'unreachable'];

/**
 * Asks a service of AWS.
 * @param service its name, for the error
 * @throws ServiceUnavailableError after all retries; else what the SDK throws
 */
export async function askService<T>(service: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!UNAVAILABLE.includes(classifyAwsError(error))) throw error;
    throw new ServiceUnavailableError(`${service} cannot answer just now.`, [], error);
  }
}
