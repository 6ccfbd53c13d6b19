import type { EventHandler, EventHandlers } from './handlers.ts';

export type { BatchResult } from './deliveries.ts';
export { InvalidEventError, MessageUnavailableError, PartlyRecordedError } from './errors.ts';
export type { EventHandler } from './handlers.ts';

let handlers: Promise<EventHandlers> | undefined;

/** Made at the first event, so that importing this package loads none of it and needs no environment. */
function ofEnvironment(): Promise<EventHandlers> {
  handlers ??= import('./handlers.ts').then(({ createEventHandlers }) => createEventHandlers(process.env));
  return handlers;
}

/**
 * A Lambda handler that records status changes of Step Functions' executions: from a queue of SQS, with
 * `ReportBatchItemFailures`, or straight from EventBridge. Each becomes records of the execution, its granules and their files,
 * and its PDR; in any order and any number of times the tables end the same. docs/events.md tells how to wire it.
 *
 * Its environment: `stackName`, `system_bucket`, and the tables' names in `ExecutionsTable`, `GranulesTable`, `PdrsTable` and
 * `FilesTable`.
 * @returns for a batch, the messages that failed
 * @throws SettingsError where the environment lacks any of these; FullBatchFailureError of Powertools where all messages of a
 *   batch failed; for an event without a queue, why it was not recorded
 */
export const recordExecutionEvents: EventHandler = async (event, context) =>
  (await ofEnvironment()).recordExecutionEvents(event, context);

/**
 * A Lambda handler for the dead-letter queue of {@link recordExecutionEvents}, with the same environment. It tries once more,
 * and else keeps the event with the reason as `s3://<system_bucket>/<stackName>/failed-events/…`, from where `cumulus-api events
 * replay` records it later.
 * @returns for a batch, the messages that could neither be recorded nor kept
 * @throws as above, for what can neither be recorded nor kept
 */
export const recordFailedEvents: EventHandler = async (event, context) =>
  (await ofEnvironment()).recordFailedEvents(event, context);
