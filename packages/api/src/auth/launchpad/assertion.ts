import { isObject } from '@cumulus/dynamodb/aws';
import { LoginRefusedError } from '../errors.ts';

/** What a signed assertion has to say. */
export interface Expected {
  /** The id of the request that it answers. */
  readonly requestId: string;
  /** The address that it was sent to. */
  readonly recipient: string;
  /** The entity id of who signed it. */
  readonly issuer: string;
  /** The time now, in milliseconds since 1970. */
  readonly now: number;
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * Checks what the library does not: it looks for the request's id in the response, which nobody signs, and takes an assertion
 * without an end (SAML profiles, section 4.1.4.3).
 * @param assertion the signed one, as the library parsed it
 * @throws LoginRefusedError
 */
export function checkAssertion(assertion: unknown, { requestId, recipient, issuer, now }: Expected): void {
  if (textOf(first(assertion, 'Issuer')) !== issuer) throw refusal('it is not by the identity provider');
  const confirmations = all(first(assertion, 'Subject'), 'SubjectConfirmation');
  const isConfirmed = confirmations.some((confirmation) => {
    const data = attributesOf(first(confirmation, 'SubjectConfirmationData'));
    return (
      attributesOf(confirmation)['Method'] === BEARER &&
      data['InResponseTo'] === requestId &&
      data['Recipient'] === recipient &&
      timeOf(data['NotOnOrAfter']) > now
    );
  });
  if (!isConfirmed) throw refusal('it is not an answer to this request at this address, or comes too late');
  if (Number.isNaN(timeOf(attributesOf(first(assertion, 'Conditions'))['NotOnOrAfter'])))
    throw refusal('it has no end');
}

/** When the session at the identity provider ends, in milliseconds since 1970; infinite if that is not said. */
export function sessionEndOf(assertion: unknown): number {
  const ends = all(assertion, 'AuthnStatement').map((statement) =>
    timeOf(attributesOf(statement)['SessionNotOnOrAfter']),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...ends.filter((end) => !Number.isNaN(end)));
}

export function refusal(why: string): LoginRefusedError {
  return new LoginRefusedError(`The answer of Launchpad is not taken: ${why}. Log in again.`);
}

function all(parent: unknown, name: string): readonly unknown[] {
  const children = isObject(parent) ? parent[name] : undefined;
  return Array.isArray(children) ? children : [];
}

function first(parent: unknown, name: string): unknown {
  return all(parent, name)[0];
}

function attributesOf(element: unknown): { readonly [name: string]: unknown } {
  const attributes = isObject(element) ? element['$'] : undefined;
  return isObject(attributes) ? attributes : {};
}

function textOf(element: unknown): unknown {
  return isObject(element) ? element['_'] : undefined;
}

function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
