import { BULK_GRANULES } from '../bulk/bulk-granules.ts';
import { type BulkRequest, describeRequest, operationTypeOf } from '../bulk/bulk-request.ts';
import { requirePossible } from '../bulk/require-possible.ts';
import type { RequestContext } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { acceptedAnswers, refTo } from '../openapi/schemas.ts';
import type { Services } from '../services.ts';

/** What a request is answered with that starts an operation, for the description of its route. */
export const STARTED = acceptedAnswers(
  'The operation has started. `GET /asyncOperations/{id}` shows how far it is',
  refTo('AsyncOperation'),
  404,
  413,
  501,
);

/**
 * Starts an operation on many granules, and answers with its record.
 * @throws WorkflowNotFoundError, QueueNotFoundError, NotConfiguredError: nothing was started
 */
export async function startBulk(context: RequestContext, request: BulkRequest, services: Services): Promise<Response> {
  const { operations } = services;
  const { action } = request;
  operations.requireRunner();
  await requirePossible(action, services);
  const operation = await operations.start({
    ...{ kind: BULK_GRANULES, input: request },
    ...{ description: describeRequest(request), operationType: operationTypeOf(action) },
  });
  return jsonAnswer(context, operation, 202);
}
