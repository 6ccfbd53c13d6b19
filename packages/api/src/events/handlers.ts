import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { tablesFromEnvironment } from '@cumulus/models';
import { payloadPlace } from '@cumulus/models/payloads';
import { createLog } from '../logging/create-log.ts';
import { type LogFields, withFields } from '../logging/log.ts';

import type { Environment } from '../settings.ts';
import { type BatchResult, type Delivery, eachDelivery } from './deliveries.ts';
import { messageSources } from './event-message.ts';
import { eventSettingsFromEnvironment } from './event-settings.ts';
import { detailOf, nameOfExecution } from './event-text.ts';
import { type EventRecording, recordExecutionEvent } from './record-execution-event.ts';
import { recordFailedEvent } from './record-failed-event.ts';

/** A handler for Lambda: of a batch of SQS, or of one event. */
export type EventHandler = (
  event: unknown,
  context: { readonly awsRequestId: string },
) => Promise<BatchResult | undefined>;

export interface EventHandlers {
  /** Records status changes of executions. */
  readonly recordExecutionEvents: EventHandler;
  /** Records those that could not be recorded, or keeps them in S3. */
  readonly recordFailedEvents: EventHandler;
}

/** Creates the handlers of a deployment, over the tables that the environment names. @throws SettingsError */
export function createEventHandlers(environment: Environment): EventHandlers {
  const settings = eventSettingsFromEnvironment(environment);
  const { stackName } = settings;
  // An event that meets a throttled table is delivered again later, which costs less than waiting here.
  const client = createClient({ retryPolicy: INTERACTIVE_RETRY_POLICY });
  const common = {
    target: { client, tableName: tablesFromEnvironment(environment) },
    sources: messageSources(client),
    payloadPlace: payloadPlace(settings.systemBucket, stackName),
  };
  const handler = (
    sender: string,
    handle: (delivery: Delivery, recording: EventRecording) => Promise<unknown>,
  ): EventHandler => {
    const source = createLog({ sender, stackName });
    return (invocation, { awsRequestId: requestId }) =>
      eachDelivery(invocation, async (delivery) => {
        const log = withFields(source, { requestId });
        try {
          await handle(delivery, { ...common, log });
        } catch (error) {
          log.error('event not recorded', { ...subjectOf(delivery.event), error });
          throw error;
        }
      });
  };
  return {
    recordExecutionEvents: handler('recordExecutionEvents', ({ event }, recording) =>
      recordExecutionEvent(event, recording),
    ),
    recordFailedEvents: handler('recordFailedEvents', (delivery, recording) =>
      recordFailedEvent(delivery, settings, recording),
    ),
  };
}

/** What an event is about, for the log; the event need not be valid. */
function subjectOf(event: unknown): LogFields {
  const { executionArn } = detailOf(event);
  return typeof executionArn === 'string' ? { executions: nameOfExecution(executionArn), executionArn } : {};
}
