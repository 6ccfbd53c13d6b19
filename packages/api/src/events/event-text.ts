import { isObject } from '@cumulus/dynamodb/aws';

/** The value of JSON text; the text itself if it is not JSON, which the event's check then reports. */
export function eventOfText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An event's detail; the event need not be valid. */
export function detailOf(event: unknown): Readonly<Record<string, unknown>> {
  return isObject(event) && isObject(event['detail']) ? event['detail'] : {};
}

/** The last part of an ARN. */
export function nameOfExecution(executionArn: string): string {
  return executionArn.replace(/^.*:/s, '');
}
