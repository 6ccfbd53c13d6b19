/** An access token is past its time. */
export class ExpiredTokenError extends Error {
  override readonly name = 'ExpiredTokenError';
}

/** An access token is none that this API signed. */
export class InvalidTokenError extends Error {
  override readonly name = 'InvalidTokenError';
}

/** The login provider does not take a code or a refresh token. */
export class LoginRefusedError extends Error {
  override readonly name = 'LoginRefusedError';
}

/** The login provider cannot be asked, or answers what it should not. */
export class LoginUnavailableError extends Error {
  override readonly name = 'LoginUnavailableError';
}
