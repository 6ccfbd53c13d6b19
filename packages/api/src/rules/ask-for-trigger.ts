import { askService, ServiceUnavailableError } from '../aws/ask-service.ts';
import { TriggerRefusedError } from '../errors.ts';

/** What passes: something is being changed by another request just now. */
const BUSY: readonly string[] = [
  'ConcurrentModificationException',
  'ResourceInUseException',
  'ConcurrentAccessException',
  'PreconditionFailedException',
];

/**
 * Asks a service of AWS about what starts a rule's workflow.
 * @param service its name, for errors
 * @param refusals the names of the errors by which it refuses what the rule says
 * @throws TriggerRefusedError, ServiceUnavailableError; else what the SDK throws
 */
export async function askForTrigger<T>(
  service: string,
  refusals: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await askService(service, ask);
  } catch (error) {
    const { name, message } = error as Error;
    if (BUSY.includes(name))
      throw new ServiceUnavailableError(`${service} is busy with another change: ${message}`, [], error);
    if (!refusals.includes(name)) throw error;
    throw new TriggerRefusedError(`${service} does not accept the rule's trigger: ${message}`, [], error);
  }
}
