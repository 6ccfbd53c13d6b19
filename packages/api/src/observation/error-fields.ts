import { types } from 'node:util';

/** An error as a line of the log tells it, the errors behind it included. What else it carries may be secret. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: ErrorFields | undefined;
}

/** Errors behind errors that are told at the most: what leads back to itself would never end. */
const MAX_CAUSES = 5;

export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!isError(error))
    return { name: typeof error, message: typeof error === 'object' ? 'an object that is no error' : String(error) };
  const { name, message, stack, cause } = error;
  const isTold = cause !== undefined && depth < MAX_CAUSES;
  return { name, message, stack, ...(isTold ? { cause: errorFields(cause, depth + 1) } : {}) };
}

/** Also errors of another realm, and DOMException, which is not native. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}
