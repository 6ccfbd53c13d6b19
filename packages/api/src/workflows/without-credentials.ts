/** The fields of a provider that no answer shows. */
const CREDENTIALS = new Set(['username', 'password']);

/** A message, as text, without the credentials of its provider; what is no JSON is as it was. */
export function withoutCredentials(text: string): string {
  if (!text.includes('"provider"')) return text;
  try {
    return JSON.stringify(JSON.parse(text, (name, value) => (name === 'provider' ? shown(value) : value)));
  } catch {
    return text;
  }
}

function shown(provider: unknown): unknown {
  if (typeof provider !== 'object' || provider === null || Array.isArray(provider)) return provider;
  return Object.fromEntries(Object.entries(provider).filter(([field]) => !CREDENTIALS.has(field)));
}

/** An event of an execution's history without credentials: its details hold messages, as text. */
export function eventWithoutCredentials(event: object): object {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, name.endsWith('EventDetails') ? detailsShown(value) : value]),
  );
}

function detailsShown(details: unknown): unknown {
  if (typeof details !== 'object' || details === null) return details;
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutCredentials(value) : value,
    ]),
  );
}
