import { isObject } from '@cumulus/dynamodb/aws';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';

const HIDDEN: ReadonlySet<string> = new Set(CREDENTIAL_FIELDS);

/** A provider without its credentials, which no answer shows, not even encrypted. */
export function shownProvider(provider: object): object {
  return Object.fromEntries(Object.entries(provider).filter(([field]) => !HIDDEN.has(field)));
}

/** A message, as text, without the credentials of its provider; text that is not JSON stays as it is. */
export function withoutCredentials(text: string): string {
  if (!text.includes('"provider"')) return text;
  try {
    return JSON.stringify(
      JSON.parse(text, (name, value) => (name === 'provider' && isObject(value) ? shownProvider(value) : value)),
    );
  } catch {
    return text;
  }
}

/** An event of an execution's history without credentials: its details hold messages, as text. */
export function eventWithoutCredentials(event: object): object {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, name.endsWith('EventDetails') ? shownDetails(value) : value]),
  );
}

function shownDetails(details: unknown): unknown {
  if (typeof details !== 'object' || details === null) return details;
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutCredentials(value) : value,
    ]),
  );
}
