/** Somebody who has logged in. */
export interface Login {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly userName: string;
  /** When the access token ends, in seconds since 1970. */
  readonly expirationTime: number;
}

/** Where people log in: Earthdata Login, or another OAuth2 provider of its form. */
export interface LoginProvider {
  /** The address that a browser is sent to. @param state comes back with the code */
  loginUrl(state: string | undefined): string;
  /**
   * Redeems the code with which a browser came back.
   * @throws LoginRefusedError where the provider does not take the code; LoginUnavailableError where it cannot be asked
   */
  redeem(code: string): Promise<Login>;
  /** Gets a new access token. @throws as {@link redeem} does */
  refresh(refreshToken: string): Promise<Login>;
}
