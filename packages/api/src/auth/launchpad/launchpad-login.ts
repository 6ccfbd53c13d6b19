import { isObject } from '@cumulus/dynamodb/aws';
import type { FetchText } from '@cumulus/models/payloads';
import type { SAML } from '@node-saml/node-saml';
import type { LaunchpadSettings } from '../../settings.ts';
import { LoginRefusedError } from '../errors.ts';
import { checkAssertion, refusal, sessionEndOf } from './assertion.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { LaunchpadMetadata } from './metadata.ts';
import { MAX_REQUEST_AGE, RequestIds } from './request-ids.ts';
import { samlLibrary } from './saml-library.ts';

/** How far the clocks of the identity provider and of this machine may be apart, in milliseconds. */
const MAX_CLOCK_SKEW = 30_000;

/**
 * The largest answer that is read, in bytes, and the most tags in it: far more than any login has. The parser's time grows with
 * the square of the number of elements, and anybody may post to it.
 */
const MAX_ANSWER_BYTES = 100_000;
const MAX_TAGS = 2_000;

/** Somebody who has logged in at Launchpad. */
export interface LaunchpadUser {
  readonly userName: string;
  /** The id of the request that was answered, which no other answer may have. */
  readonly requestId: string;
  /** When that request is too old to be answered, in milliseconds since 1970. */
  readonly requestEnd: number;
  /** When the session at Launchpad ends, in milliseconds since 1970; infinite if that is not said. */
  readonly sessionEnd: number;
}

export interface LaunchpadLoginOptions {
  readonly settings: LaunchpadSettings;
  /** Signs the ids of requests. */
  readonly secret: string;
  readonly fetchFromS3: FetchText;
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Logging in at Launchpad, or at another SAML 2.0 identity provider: requests by redirect, answers by POST. */
export class LaunchpadLogin {
  readonly settings: LaunchpadSettings;
  readonly #ids: RequestIds;
  readonly #metadata: LaunchpadMetadata;
  readonly #now: () => number;

  constructor({ settings, secret, fetchFromS3, now }: LaunchpadLoginOptions) {
    this.settings = settings;
    this.#ids = new RequestIds(secret, now);
    this.#metadata = new LaunchpadMetadata(settings.metadata, fetchFromS3, now);
    this.#now = now;
  }

  /**
   * The address that a browser is sent to.
   * @param relayState comes back with the answer
   * @throws LoginUnavailableError
   */
  async loginUrl(relayState: string): Promise<string> {
    const saml = await this.#saml(await this.#metadata.provider());
    return saml.getAuthorizeUrlAsync(relayState, undefined, {});
  }

  /**
   * Who has logged in, by the signed answer with which a browser came back.
   * @param response `SAMLResponse` of the form
   * @throws LoginRefusedError where the answer is not to be trusted, or of somebody who is not in the group of users;
   *   LoginUnavailableError
   */
  async redeem(response: string): Promise<LaunchpadUser> {
    const xml = Buffer.from(response, 'base64');
    if (xml.length > MAX_ANSWER_BYTES || countTags(xml) > MAX_TAGS) throw refusal('it is too large');
    const provider = await this.#metadata.provider();
    try {
      return await this.#userOf(response, provider);
    } catch (error) {
      const renewed = isSignatureUnknown(error) ? await this.#metadata.renewedProvider() : undefined;
      if (renewed === undefined) throw refusalOf(error);
      return await this.#userOf(response, renewed).catch((again: unknown) => {
        throw refusalOf(again);
      });
    }
  }

  async #userOf(response: string, provider: IdentityProvider): Promise<LaunchpadUser> {
    const saml = await this.#saml(provider);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
    const requestId = profile?.['inResponseTo'];
    const requestTime = typeof requestId === 'string' ? this.#ids.timeOf(requestId) : undefined;
    if (profile === null || typeof requestId !== 'string' || requestTime === undefined)
      throw refusal('it is no answer to a request of ours');
    const assertion = profile.getAssertion?.()?.['Assertion'];
    const recipient = this.settings.assertEndpoint;
    checkAssertion(assertion, { requestId, recipient, issuer: provider.entityId, now: this.#now() - MAX_CLOCK_SKEW });
    const attributes: { readonly [name: string]: unknown } = isObject(profile['attributes'])
      ? profile['attributes']
      : {};
    const userName = nameOf(attributes);
    if (!isInGroup(textsOf(attributes, 'userGroup'), this.settings.userGroup)) {
      const { userGroup } = this.settings;
      throw new LoginRefusedError(`User not authorized: ${userName} is not a member of the group ${userGroup}.`);
    }
    return { userName, requestId, requestEnd: requestTime + MAX_REQUEST_AGE, sessionEnd: sessionEndOf(assertion) };
  }

  /** The library, which is loaded when somebody logs in. */
  async #saml({ entityId, certificates }: IdentityProvider): Promise<SAML> {
    const { SAML, ValidateInResponseTo } = await samlLibrary();
    const ids = this.#ids;
    return new SAML({
      issuer: this.settings.entityId,
      audience: this.settings.entityId,
      callbackUrl: this.settings.assertEndpoint,
      entryPoint: this.settings.idpLogin,
      idpIssuer: entityId,
      idpCert: [...certificates],
      identifierFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: true,
      // The assertion alone is believed.
      wantAuthnResponseSigned: false,
      acceptedClockSkewMs: MAX_CLOCK_SKEW,
      validateInResponseTo: ValidateInResponseTo.always,
      requestIdExpirationPeriodMs: MAX_REQUEST_AGE,
      generateUniqueId: () => ids.create(),
      // Nothing is kept: an id says by itself whether it is ours, and when it was made.
      cacheProvider: {
        saveAsync: async (key, value) => ({ value, createdAt: ids.timeOf(key) ?? 0 }),
        getAsync: async (key) => {
          const time = ids.timeOf(key);
          return time === undefined ? null : new Date(time).toISOString();
        },
        removeAsync: async (key) => key,
      },
    });
  }
}

function countTags(xml: Buffer): number {
  const begin = '<'.charCodeAt(0);
  return xml.reduce((count, byte) => (byte === begin ? count + 1 : count), 0);
}

/** The library's words for what is wrong. Other texts are not shown: they may quote what anybody sent. */
const KNOWN_PROBLEMS: readonly string[] = [
  'Invalid signature',
  'InResponseTo is not valid',
  'InResponseTo is missing from response',
  'InResponseTo does not match subjectInResponseTo',
  'SubjectInResponseTo is not valid',
  'No valid subject confirmation found',
  'SAML assertion not yet valid',
  'SAML assertion expired',
  'SAML assertion audience mismatch',
  'SAML assertion has no AudienceRestriction',
  'Missing SAML assertion',
  'SAML provider returned',
];

/** An error without a cause: the library's hold what was sent. */
function refusalOf(error: unknown): Error {
  if (error instanceof LoginRefusedError) return error;
  const { message } = Object(error) as { readonly message?: unknown };
  const known = KNOWN_PROBLEMS.find((problem) => typeof message === 'string' && message.startsWith(problem));
  return refusal(known ?? 'it is not valid');
}

function isSignatureUnknown(error: unknown): boolean {
  return String(Object(error).message).startsWith('Invalid signature');
}

/** @throws LoginRefusedError */
function nameOf(attributes: { readonly [name: string]: unknown }): string {
  const [userName] = [...textsOf(attributes, 'UserId'), ...textsOf(attributes, 'UserID')];
  if (userName === undefined || /^$|[\s\p{C}]/u.test(userName)) throw refusal('it does not say who has logged in');
  return userName;
}

function textsOf(attributes: { readonly [name: string]: unknown }, name: string): readonly string[] {
  const values = Object.hasOwn(attributes, name) ? [attributes[name]].flat() : [];
  return values.filter((value) => typeof value === 'string');
}

/** Whether one of some groups, which have names such as `cn=GROUP,ou=ROLES,dc=nasa,dc=gov`, is this one. */
function isInGroup(groups: readonly string[], group: string): boolean {
  return groups.some((name) => /^\s*cn\s*=\s*((?:[^,+\\]|\\.)*)/i.exec(name)?.[1]?.trim() === group);
}
