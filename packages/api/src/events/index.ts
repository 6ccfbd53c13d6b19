import type { EventHandler, EventHandlers } from './handlers.ts';

export type { BatchResult } from './deliveries.ts';
export { InvalidEventError, MessageUnavailableError, PartlyRecordedError } from './errors.ts';
export type { EventHandler } from './handlers.ts';

let handlers: Promise<EventHandlers> | undefined;

/** Created at the first event, so that importing this module loads little and needs no environment. */
function handlersOfEnvironment(): Promise<EventHandlers> {
  handlers ??= import('./handlers.ts').then(({ createEventHandlers }) => createEventHandlers(process.env));
  return handlers;
}

/**
 * A Lambda handler that records status changes of Step Functions executions: from an SQS queue, with `ReportBatchItemFailures`,
 * or straight from EventBridge. Each becomes records of the execution, its granules and their files, and its PDR. Events may come
 * in any order and any number of times; the tables end the same. docs/how-to/record-workflows.md shows how to deploy it.
 *
 * Its environment: `stackName`, `system_bucket`, and the tables' names in `ExecutionsTable`, `GranulesTable`, `PdrsTable` and
 * `FilesTable`.
 * @returns for a batch, the messages that failed
 * @throws SettingsError if one of these variables is missing; FullBatchFailureError of Powertools if all messages of a batch
 *   failed; for an event without a queue, the reason why it was not recorded
 *
 * @example
 * ```ts
 * import { recordExecutionEvents } from '@cumulus/api/events';
 *
 * export const handler = recordExecutionEvents;
 * ```
 */
export const recordExecutionEvents: EventHandler = async (event, context) =>
  (await handlersOfEnvironment()).recordExecutionEvents(event, context);

/**
 * A Lambda handler for the dead-letter queue of {@link recordExecutionEvents}, with the same environment. It tries each event
 * once more, and if that fails keeps it with the reason as `s3://<system_bucket>/<stackName>/failed-events/…`, from where the
 * command `events replay` records it later.
 * @returns for a batch, the messages that could neither be recorded nor kept
 * @throws as {@link recordExecutionEvents} does, for events that can neither be recorded nor kept
 *
 * @example
 * ```ts
 * import { recordFailedEvents } from '@cumulus/api/events';
 *
 * export const handler = recordFailedEvents;
 * ```
 */
export const recordFailedEvents: EventHandler = async (event, context) =>
  (await handlersOfEnvironment()).recordFailedEvents(event, context);
