import { CumulusError } from '@cumulus/dynamodb/aws';

/** An access token has expired. */
export class ExpiredTokenError extends CumulusError {
  readonly code = 'EXPIRED_TOKEN';
}

/** An access token that this API did not sign. */
export class InvalidTokenError extends CumulusError {
  readonly code = 'INVALID_TOKEN';
}

/** The login provider refused a code or a refresh token. */
export class LoginRefusedError extends CumulusError {
  readonly code = 'LOGIN_REFUSED';
}

/** The login provider cannot be reached, or gave no valid answer. */
export class LoginUnavailableError extends CumulusError {
  readonly code = 'LOGIN_UNAVAILABLE';
}
