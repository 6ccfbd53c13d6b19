import { ConnectionError, DamagedResponseError, ThrottledError } from '@cumulus/dynamodb/aws';
import { ServiceUnavailableError } from './ask-service.ts';

const PASSING = [ThrottledError, ConnectionError, DamagedResponseError, ServiceUnavailableError];

/** Whether a failure is one that passes: a service is throttled, unavailable or unreachable. */
export function isPassing(error: unknown): boolean {
  return PASSING.some((passing) => error instanceof passing);
}
