import { isMissingPackage } from '../../missing-package.ts';
import { SettingsError } from '../../settings.ts';
import type * as Saml from './saml-package.ts';

/** Loads the library for SAML, an optional package. @throws SettingsError if it is not installed */
export async function samlLibrary(): Promise<typeof Saml> {
  try {
    return await import('./saml-package.ts');
  } catch (error) {
    if (!isMissingPackage(error)) throw error;
    throw new SettingsError('The API cannot start: OAUTH_PROVIDER=launchpad takes a package that is not installed.', [
      'Install it: npm install -g @node-saml/node-saml@5',
    ]);
  }
}
