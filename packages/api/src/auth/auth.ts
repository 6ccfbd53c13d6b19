import type { AccessTokenModel, UserModel } from '@cumulus/models';
import type { LoginProvider } from './login-provider.ts';
import type { TokenSigner } from './token-signer.ts';

/** All that logins and their checks need. */
export interface Auth {
  readonly provider: LoginProvider;
  readonly signer: TokenSigner;
  readonly accessTokens: AccessTokenModel;
  readonly users: UserModel;
  /** Origins to which a login may return with a token. */
  readonly returnOrigins: readonly string[];
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
}
