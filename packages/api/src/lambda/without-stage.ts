import type { LambdaEvent } from 'hono/aws-lambda';

/**
 * An event whose path is that of the API. API Gateway's events of version 2 have the stage before it, `/dev/granules`, unless
 * that is `$default`; those of version 1 do not.
 */
export function withoutStage(event: LambdaEvent): LambdaEvent {
  if (!('rawPath' in event)) return event;
  const { stage } = event.requestContext as { readonly stage?: string };
  const isNamed = stage !== undefined && stage !== '' && event.rawPath.startsWith(`/${stage}/`);
  return isNamed ? { ...event, rawPath: event.rawPath.slice(stage.length + 1) } : event;
}
