import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { isObject } from '@cumulus/dynamodb/aws';
import { eventOfText } from './event-text.ts';

/** A message of SQS as Lambda hands it over, as far as it is looked at. */
interface QueuedMessage {
  readonly eventSource: 'aws:sqs';
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes?: { readonly [name: string]: { readonly stringValue?: string | undefined } } | undefined;
}

/** What Lambda takes for an answer about a batch: the messages that are to come again. */
export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** An event that was delivered, by whatever way. */
export interface Delivery {
  /** A text where it is not JSON. */
  readonly event: unknown;
  /** What AWS says why it could not be delivered before, or handled; undefined where it says nothing. */
  readonly reason: string | undefined;
}

/**
 * Handles what a function is invoked with. Of a batch of SQS each message is handled by itself, and only those come again that
 * failed; anything else is one event, whose failure is the invocation's.
 * @returns for a batch, what Lambda is to be told of it
 * @throws FullBatchFailureError where all of a batch failed; so they come again also without `ReportBatchItemFailures`
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

/** EventBridge and Lambda put what they could not do into attributes; a destination of Lambda, around the event. */
function deliveryOf({ body, messageAttributes = {} }: QueuedMessage): Delivery {
  const told = [messageAttributes['ERROR_CODE'], messageAttributes['ERROR_MESSAGE']].flatMap(
    (attribute) => attribute?.stringValue ?? [],
  );
  const event = eventOfText(body);
  if (!isObject(event) || !isObject(event['requestContext']) || !('requestPayload' in event)) {
    return { event, reason: told.length === 0 ? undefined : told.join(': ') };
  }
  const { requestContext, requestPayload, responsePayload } = event;
  const message = isObject(responsePayload) ? responsePayload['errorMessage'] : undefined;
  return { event: requestPayload, reason: String(message ?? (requestContext as { condition?: string }).condition) };
}
