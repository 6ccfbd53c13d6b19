import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';

const HIDDEN: ReadonlySet<string> = new Set(CREDENTIAL_FIELDS);

/** A provider without its credentials, which are not even shown encrypted. */
export function shownProvider(provider: object): object {
  return Object.fromEntries(Object.entries(provider).filter(([field]) => !HIDDEN.has(field)));
}
