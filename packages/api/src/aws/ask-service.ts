import { type AwsErrorKind, CumulusError, classifyAwsError } from '@cumulus/dynamodb/aws';

/** A service of AWS is throttled, unavailable or unreachable, despite retries. */
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
