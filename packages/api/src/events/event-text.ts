import { isObject } from '@cumulus/dynamodb/aws';

/** What a text holds as JSON; the text itself where it is none, which is then said of it with all else that is wrong. */
export function eventOfText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What an event says of its execution, also if it is not valid. */
export function detailOf(event: unknown): Readonly<Record<string, unknown>> {
  return isObject(event) && isObject(event['detail']) ? event['detail'] : {};
}

/** The last part of an ARN. */
export function nameOfExecution(executionArn: string): string {
  return executionArn.replace(/^.*:/s, '');
}
