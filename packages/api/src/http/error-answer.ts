import { STATUS_CODES } from 'node:http';
import { ConnectionError, DamagedResponseError, ThrottledError } from '@cumulus/dynamodb/aws';
import {
  AssociatedRulesError,
  InvalidCursorError,
  PageTooFarError,
  RecordAlreadyExistsError,
  RecordBeingDeletedError,
  RecordDoesNotExistError,
  SchemaValidationError,
} from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { ServiceUnavailableError } from '../aws/ask-service.ts';
import {
  CmrError,
  GranuleConflictError,
  GranuleRequestError,
  MetadataError,
  NotConfiguredError,
  OriginUnknownError,
  QueueNotFoundError,
  TriggerRefusedError,
  WorkflowNotFoundError,
} from '../errors.ts';

/** What an error is answered with. */
export interface ErrorAnswer {
  readonly statusCode: number;
  /** The status's standard phrase. */
  readonly error: string;
  readonly message: string;
}

/** Seconds after which a request that DynamoDB had no capacity for may be sent again. */
export const RETRY_AFTER = 5;

const INTERNAL = 'An internal server error occurred';

/** The answer to an error. Of one that is nobody's mistake but ours it says nothing. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const [statusCode, message] = statusAndMessage(error);
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', message };
}

function statusAndMessage(error: unknown): readonly [status: number, message: string] {
  if (error instanceof HTTPException) return [error.status, error.status === 500 ? INTERNAL : error.message];
  if (error instanceof SchemaValidationError || error instanceof InvalidCursorError) return [400, error.message];
  if (error instanceof PageTooFarError) return [400, error.message];
  if (error instanceof RecordDoesNotExistError) return [404, error.message];
  if (error instanceof RecordAlreadyExistsError || error instanceof RecordBeingDeletedError)
    return [409, error.message];
  if (error instanceof AssociatedRulesError)
    return [409, `Cannot delete ${error.recordType} with associated rules: ${error.rules.join(', ')}`];
  if ([ThrottledError, ConnectionError, DamagedResponseError].some((passing) => error instanceof passing))
    return [503, 'The tables cannot answer just now. Send the request again later.'];
  if (error instanceof WorkflowNotFoundError) return [404, error.message];
  if ([OriginUnknownError, QueueNotFoundError, TriggerRefusedError].some((refusal) => error instanceof refusal))
    return [400, (error as Error).message];
  if (error instanceof GranuleRequestError) return [400, error.message];
  if (error instanceof GranuleConflictError || error instanceof MetadataError) return [409, error.message];
  if (error instanceof CmrError) return [502, error.message];
  if (error instanceof NotConfiguredError) return [501, error.message];
  if (error instanceof ServiceUnavailableError) return [503, error.message];
  return [500, INTERNAL];
}
