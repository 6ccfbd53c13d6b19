import { ExpiredTokenError, InvalidTokenError } from './errors.ts';

/** The claims of a token. */
export interface TokenClaims {
  /** The access token of the login provider, by which the login's record is found. */
  readonly accessToken: string;
  readonly username: string;
  /** When it ends, in seconds since 1970. */
  readonly expirationTime: number;
}

const ALGORITHM = 'HS256';

/** Signs and verifies the tokens of clients: JSON Web Tokens with HS256. */
export class TokenSigner {
  readonly #key: Uint8Array;

  /** @param secret of at least 32 bytes */
  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  async sign({ accessToken, username, expirationTime }: TokenClaims): Promise<string> {
    const { SignJWT } = await import('./jose-package.ts');
    return new SignJWT({ accessToken, username })
      .setProtectedHeader({ alg: ALGORITHM })
      .setExpirationTime(expirationTime)
      .sign(this.#key);
  }

  /**
   * The claims of a token that this signer made. The errors have no cause: the library's hold the claims.
   * @param now in milliseconds since 1970
   * @throws ExpiredTokenError; InvalidTokenError
   */
  async verify(token: string, now: number): Promise<TokenClaims> {
    const { errors, jwtVerify } = await import('./jose-package.ts');
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [ALGORITHM], currentDate: new Date(now) });
      const { accessToken, username, exp } = payload;
      if (typeof accessToken === 'string' && typeof username === 'string' && typeof exp === 'number')
        return { accessToken, username, expirationTime: exp };
      throw new InvalidTokenError('Claims are missing.');
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ExpiredTokenError('The token has expired.');
      if (error instanceof errors.JOSEError)
        throw new InvalidTokenError(`The token was not issued here (${error.code}).`);
      throw error;
    }
  }
}
