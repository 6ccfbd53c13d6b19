import { ConnectionError } from '@cumulus/dynamodb/aws';
import { ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';
import { LoginRefusedError, LoginUnavailableError } from './errors.ts';

/** Statuses by which a provider refuses a request. */
const REFUSALS: readonly number[] = [400, 401, 403];

/** Reasons of a refusal (RFC 6749, section 5.2). Other texts are not shown, as the provider may quote secrets in them. */
const REASONS: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

/**
 * Asks the provider. The error has no cause and shows only a status or a code: the library's errors hold whole answers, with
 * tokens in them.
 * @throws LoginRefusedError; LoginUnavailableError
 */
export async function explained<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LoginRefusedError || error instanceof LoginUnavailableError) throw error;
    // It is about the proxy or the authorities of this deployment, and has no words of the provider.
    if (error instanceof ConnectionError)
      throw new LoginUnavailableError('The login provider cannot be asked.', [], error);
    const status = statusOf(error);
    throw status === undefined ? unavailable(codeOf(error)) : explainStatus(status, reasonOf(error));
  }
}

/** The error that an answer of another status than 200 is. */
export function explainStatus(status: number, reason?: string): LoginRefusedError | LoginUnavailableError {
  const why = reason === undefined ? String(status) : `${status} ${reason}`;
  if (!REFUSALS.includes(status)) return unavailable(why);
  return new LoginRefusedError(`The login provider refuses this login (${why}). Log in again.`);
}

function unavailable(why: string): LoginUnavailableError {
  return new LoginUnavailableError(`The login provider gave no valid answer (${why}). Try again later.`);
}

/** The status of the answer that an error is about; undefined where it is not the status that is wrong. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) return error.status;
  const { cause } = Object(error) as { readonly cause?: unknown };
  return cause instanceof Response && cause.status !== 200 ? cause.status : undefined;
}

function reasonOf(error: unknown): string | undefined {
  return error instanceof ResponseBodyError ? REASONS.find((reason) => reason === error.error) : undefined;
}

/** `ECONNREFUSED`, for instance, which is in the cause of what fetch throws; else what the error is called. */
function codeOf(error: unknown): string {
  const { name, code, cause } = Object(error) as { readonly [field: string]: unknown };
  const codes = [(Object(cause) as { readonly code?: unknown }).code, code, name];
  return codes.find((found) => typeof found === 'string') ?? 'unknown';
}
