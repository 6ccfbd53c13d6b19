import { isMissingPackage } from '../../missing-package.ts';
import { SettingsError } from '../../settings.ts';

/** Loads the library for SAML, an optional package. @throws SettingsError if it is not installed */
export async function samlLibrary(): Promise<typeof import('@node-saml/node-saml')> {
  try {
    // The package is CommonJS: what bundles functions gives it no other name when it is imported on demand.
    const { default: library } = await import('@node-saml/node-saml');
    return library;
  } catch (error) {
    if (!isMissingPackage(error)) throw error;
    throw new SettingsError('The API cannot start: OAUTH_PROVIDER=launchpad takes a package that is not installed.', [
      'Install it: npm install -g @node-saml/node-saml@5',
    ]);
  }
}
