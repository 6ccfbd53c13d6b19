import { types } from 'node:util';

/** An error in a line of the log, with its causes. Its other properties may be secret, and are left out. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: ErrorFields | undefined;
}

/** The most causes that are logged: a chain that leads back to itself would never end. */
const MAX_CAUSES = 5;

export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!isError(error))
    return { name: typeof error, message: typeof error === 'object' ? 'an object that is no error' : String(error) };
  const { name, message, stack, cause } = error;
  const isLogged = cause !== undefined && depth < MAX_CAUSES;
  return { name, message, stack, cause: isLogged ? errorFields(cause, depth + 1) : undefined };
}

/** Includes errors of another realm, and DOMException, which is not native. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}
