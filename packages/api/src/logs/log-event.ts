import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';

/** An event: the fields of its JSON, or its text as `message`; and where and when it was logged. */
export interface LogEvent {
  /** By ISO 8601. */
  readonly timestamp: string;
  readonly message: unknown;
  readonly logGroup: string;
  readonly [field: string]: unknown;
}

/** An event of CloudWatch's. What a function wrote as one line of JSON is told by its fields. */
export function logEventOf({ timestamp = 0, message = '' }: FilteredLogEvent, logGroup: string): LogEvent {
  const fields = fieldsOf(message);
  return {
    ...(fields ?? {}),
    timestamp: new Date(timestamp).toISOString(),
    message: fields === undefined ? message.trimEnd() : (fields['message'] ?? fields['msg'] ?? ''),
    logGroup,
  };
}

function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
