import { X509Certificate } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { LoginUnavailableError } from '../errors.ts';

/** What the metadata of a SAML identity provider say of it. */
export interface IdentityProvider {
  readonly entityId: string;
  /** The certificates that it signs with, in base64. */
  readonly certificates: readonly string[];
}

/**
 * Reads the metadata of a SAML identity provider (SAML metadata, section 2.4.3).
 * @param place where they are from, for the error
 * @throws LoginUnavailableError where they are none, or of several providers, or have no certificate to check signatures by
 */
export function parseIdentityProvider(xml: string, place: string): IdentityProvider {
  const roles = elementsOf(parseXml(xml, place), 'IDPSSODescriptor');
  const [role, another] = roles;
  if (role === undefined || another !== undefined) {
    const count = role === undefined ? 'no identity provider' : 'several identity providers';
    throw new LoginUnavailableError(`${place} names ${count}, where there has to be one.`);
  }
  const entityId = (role.parentNode as Element | null)?.getAttribute?.('entityID');
  if (!entityId) throw new LoginUnavailableError(`${place} does not say what the identity provider is called.`);
  const certificates = elementsOf(role, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => elementsOf(key, 'X509Certificate'))
    .map(({ textContent }) => (textContent ?? '').replaceAll(/\s/g, ''));
  if (certificates.length === 0 || !certificates.every(isCertificate))
    throw new LoginUnavailableError(`${place} has no valid certificate of the identity provider.`);
  return { entityId, certificates: [...new Set(certificates)] };
}

function parseXml(xml: string, place: string): Document {
  const fail = (): never => {
    throw new LoginUnavailableError(`${place} is not the metadata of an identity provider in XML.`);
  };
  if (xml.trim() === '') fail();
  return new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } }).parseFromString(
    xml,
    'text/xml',
  );
}

function elementsOf(parent: Document | Element, name: string): readonly Element[] {
  return Array.from(parent.getElementsByTagNameNS('*', name));
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).publicKey.type === 'public';
  } catch {
    return false;
  }
}
