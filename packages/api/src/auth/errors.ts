import { CumulusError } from '@cumulus/dynamodb/aws';

/** An access token is past its time. */
export class ExpiredTokenError extends CumulusError {
  readonly code = 'EXPIRED_TOKEN';
}

/** An access token is none that this API signed. */
export class InvalidTokenError extends CumulusError {
  readonly code = 'INVALID_TOKEN';
}

/** The login provider does not take a code or a refresh token. */
export class LoginRefusedError extends CumulusError {
  readonly code = 'LOGIN_REFUSED';
}

/** The login provider cannot be asked, or answers what it should not. */
export class LoginUnavailableError extends CumulusError {
  readonly code = 'LOGIN_UNAVAILABLE';
}
