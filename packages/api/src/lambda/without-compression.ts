import type { LambdaEvent } from 'hono/aws-lambda';

/**
 * An event of a request that takes no compressed answer, if it is of a REST API (version 1): unless that has binary media types, it
 * passes on the Base64 of what is compressed as it stands. HTTP APIs and function URLs (version 2) decode it.
 */
export function withoutCompression(event: LambdaEvent): LambdaEvent {
  if ('rawPath' in event || !('headers' in event)) return event;
  const copy = { ...event, headers: withoutEncoding(event.headers ?? {}) };
  const { multiValueHeaders } = event as { readonly multiValueHeaders?: object | null };
  return (multiValueHeaders ? { ...copy, multiValueHeaders: withoutEncoding(multiValueHeaders) } : copy) as LambdaEvent;
}

function withoutEncoding(headers: object): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'accept-encoding'));
}
