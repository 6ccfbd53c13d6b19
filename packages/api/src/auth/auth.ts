import type { AccessTokenModel } from '@cumulus/models';
import type { AuthorizedUsers } from './authorized-users.ts';
import type { LaunchpadLogin } from './launchpad/launchpad-login.ts';
import type { LoginProvider } from './login-provider.ts';
import type { ReturnPlaces } from './return-address.ts';
import type { TokenSigner } from './token-signer.ts';

/** All that logins and their checks need. */
export interface Auth extends ReturnPlaces {
  /** Undefined with {@link launchpad}. */
  readonly provider: LoginProvider | undefined;
  /** Undefined where people log in elsewhere. */
  readonly launchpad?: LaunchpadLogin | undefined;
  readonly signer: TokenSigner;
  readonly accessTokens: AccessTokenModel;
  readonly users: AuthorizedUsers;
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
}
