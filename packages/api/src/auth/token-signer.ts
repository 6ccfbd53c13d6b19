import { errors, jwtVerify, SignJWT } from 'jose';
import { ExpiredTokenError, InvalidTokenError } from './errors.ts';

/** What a token says. */
export interface TokenClaims {
  /** The access token of the login provider, by which the login's record is found. */
  readonly accessToken: string;
  readonly username: string;
  /** When it ends, in seconds since 1970. */
  readonly expirationTime: number;
}

const ALGORITHM = 'HS256';

/** Signs the tokens that clients bear, and checks them: JSON Web Tokens by HS256. */
export class TokenSigner {
  readonly #key: Uint8Array;

  /** @param secret of at least 32 bytes */
  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  sign({ accessToken, username, expirationTime }: TokenClaims): Promise<string> {
    return new SignJWT({ accessToken, username })
      .setProtectedHeader({ alg: ALGORITHM })
      .setExpirationTime(expirationTime)
      .sign(this.#key);
  }

  /**
   * What a token says, if this signer made it. The errors have no cause: the library's hold what the token says.
   * @param now in milliseconds since 1970
   * @throws ExpiredTokenError; InvalidTokenError
   */
  async verify(token: string, now: number): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [ALGORITHM], currentDate: new Date(now) });
      const { accessToken, username, exp } = payload;
      if (typeof accessToken === 'string' && typeof username === 'string' && typeof exp === 'number')
        return { accessToken, username, expirationTime: exp };
      throw new InvalidTokenError('Claims are missing.');
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ExpiredTokenError('The token is past its time.');
      if (error instanceof errors.JOSEError) throw new InvalidTokenError(`The token is not ours (${error.code}).`);
      throw error;
    }
  }
}
