import type { BatchResult } from '../events/deliveries.ts';
import { createLog } from '../logging/create-log.ts';
import { type Log, withFields } from '../logging/log.ts';
import { OperationUnknownError } from '../operations/errors.ts';
import { operationOf, QueueRunner } from '../operations/queue-runner.ts';
import type { Services } from '../services.ts';
import { SettingsError } from '../settings.ts';

/** What Lambda says of an invocation. */
export interface OperationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A handler for Lambda, of messages of a queue. */
export type OperationFunction = (event: unknown, context: OperationContext) => Promise<BatchResult | undefined>;

/** The functions behind the queue of operations. */
export interface OperationFunctions {
  /** What the queue invokes: runs operations, and goes on with them in further invocations. */
  readonly runOperations: OperationFunction;
  /** What its dead-letter queue invokes: marks operations as failed that could not be run. */
  readonly failOperations: OperationFunction;
}

/** Before a function's time is over, so much is left to finish what is in progress, in milliseconds. */
const TIME_TO_FINISH = 60_000;

/**
 * @param services what operations are run with; asked for at the first message
 * @param logOf makes the log of a function
 */
export function createOperationFunctions(
  services: () => Services,
  logOf: typeof createLog = createLog,
): OperationFunctions {
  const functionOf = (
    sender: string,
    handle: (id: string, own: Own, context: OperationContext) => Promise<void>,
  ): OperationFunction => {
    return async (event, context) => {
      const { operations, runner, settings } = services();
      if (!(runner instanceof QueueRunner))
        throw new SettingsError('Operations cannot be run: operationsQueueUrl is not set.');
      const log = withFields(logOf({ sender, stackName: settings.stackName }), { requestId: context.awsRequestId });
      const { eachDelivery } = await import('../events/deliveries.ts');
      return eachDelivery(event, async ({ event: message }) => {
        try {
          const id = operationOf(message);
          await handle(id, { operations, queue: runner, log: withFields(log, { asyncOperationId: id }) }, context);
        } catch (error) {
          log.error('operation not run', { message, error });
          throw error;
        }
      });
    };
  };
  return {
    runOperations: functionOf('runOperations', runOperation),
    failOperations: functionOf('failOperations', failOperation),
  };
}

interface Own {
  readonly operations: Services['operations'];
  readonly queue: QueueRunner;
  readonly log: Log;
}

/** @throws what fails in a way that passes, or where the record is not there yet: the message comes again */
async function runOperation(id: string, { operations, queue, log }: Own, context: OperationContext): Promise<void> {
  const left = context.getRemainingTimeInMillis();
  const outcome = await operations.run(id, AbortSignal.timeout(Math.floor(Math.max(left - TIME_TO_FINISH, left / 2))));
  if (outcome.state === 'absent') throw new OperationUnknownError(`There is no record of the operation ${id}.`);
  if (outcome.state === 'interrupted') await queue.send(id);
  // Whoever is at work on it may die, and its message may be this one.
  if (outcome.state === 'held') await queue.send(id, (outcome.until - Date.now()) / 1_000 + 1);
  log.info(`operation ${outcome.state}`, outcome.state === 'ended' ? { status: outcome.status } : {});
}

async function failOperation(id: string, { operations, queue, log }: Own): Promise<void> {
  const outcome = await operations.giveUp(id, 'Its function failed again and again. The log of the function says why.');
  if (outcome.state === 'held') await queue.send(id, (outcome.until - Date.now()) / 1_000 + 1);
  log.warn(`operation ${outcome.state === 'ended' ? 'given up' : outcome.state}`);
}
