import { classifyAwsError } from '@cumulus/dynamodb/aws';
import { askService, ServiceUnavailableError } from '../aws/ask-service.ts';
import { NotConfiguredError, TriggerRefusedError } from '../errors.ts';

/** What passes: something is being changed by another request just now. */
const BUSY: readonly string[] = [
  'ConcurrentModificationException',
  'ResourceInUseException',
  'ConcurrentAccessException',
  'PreconditionFailedException',
];

/** The names that SNS has for a missing permission, beside those that all services have. */
const DENIED: readonly string[] = ['AuthorizationError', 'AuthorizationErrorException'];

/**
 * Asks a service of AWS about what starts a rule's workflow.
 * @param service its name, for errors
 * @param refusals the names of the errors by which it refuses what the rule says
 * @throws TriggerRefusedError; NotConfiguredError where this API may not do that; ServiceUnavailableError; else what the SDK throws
 */
export async function askForTrigger<T>(
  service: string,
  refusals: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  return askService(service, async () => {
    try {
      return await ask();
    } catch (error) {
      throw explained(service, refusals, error as Error);
    }
  });
}

/** A full quota is a refusal, though other services throttle by the name of that error. */
function explained(service: string, refusals: readonly string[], error: Error): Error {
  const { name, message } = error;
  if (BUSY.includes(name))
    return new ServiceUnavailableError(`${service} is busy with another change: ${message}`, [], error);
  if (refusals.includes(name))
    return new TriggerRefusedError(`${service} does not accept the rule's trigger: ${message}`, [], error);
  if (DENIED.includes(name) || classifyAwsError(error) === 'access denied')
    return new NotConfiguredError(`${service} does not permit that to this API: ${message}`, [], error);
  return error;
}
