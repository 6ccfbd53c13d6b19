import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { isObject } from '@cumulus/dynamodb/aws';
import { eventOfText } from './event-text.ts';

/** The fields of an SQS message in Lambda's batch that matter here. */
interface QueuedMessage {
  readonly eventSource: 'aws:sqs';
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes?: { readonly [name: string]: { readonly stringValue?: string | undefined } } | undefined;
}

/** The answer about a batch that Lambda expects: the messages to deliver again. */
export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** A delivered event. */
export interface Delivery {
  /** A string if it is not JSON. */
  readonly event: unknown;
  /** Why it could not be delivered or handled before, as AWS says; undefined if AWS says nothing. */
  readonly reason: string | undefined;
}

/**
 * Handles an invocation. The messages of an SQS batch are handled one by one, and only those that fail are delivered again; any
 * other invocation is one event, whose failure is the invocation's.
 * @returns for a batch, the answer that Lambda expects
 * @throws FullBatchFailureError if all of a batch failed, so that it is delivered again also without `ReportBatchItemFailures`
 */
export async function eachDelivery(
  invocation: unknown,
  handle: (delivery: Delivery) => Promise<unknown>,
): Promise<BatchResult | undefined> {
  if (!isBatch(invocation)) {
    await handle({ event: invocation, reason: undefined });
    return undefined;
  }
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(invocation, (message: QueuedMessage) => handle(deliveryOf(message)), processor);
}

function isBatch(invocation: unknown): invocation is { readonly Records: QueuedMessage[] } {
  const records = isObject(invocation) ? invocation['Records'] : undefined;
  return Array.isArray(records) && records.every((record) => isObject(record) && record['eventSource'] === 'aws:sqs');
}

/** EventBridge and Lambda put their reason into attributes; a destination of Lambda wraps the event. */
function deliveryOf({ body, messageAttributes = {} }: QueuedMessage): Delivery {
  const reasons = [messageAttributes['ERROR_CODE'], messageAttributes['ERROR_MESSAGE']].flatMap(
    (attribute) => attribute?.stringValue ?? [],
  );
  const event = eventOfText(body);
  if (!isObject(event) || !isObject(event['requestContext']) || !('requestPayload' in event)) {
    return { event, reason: reasons.length === 0 ? undefined : reasons.join(': ') };
  }
  const { requestContext, requestPayload, responsePayload } = event;
  const message = isObject(responsePayload) ? responsePayload['errorMessage'] : undefined;
  return { event: requestPayload, reason: String(message ?? (requestContext as { condition?: string }).condition) };
}
