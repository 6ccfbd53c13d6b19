import { isObject } from '@cumulus/dynamodb/aws';
import { shownProvider } from '../answers/shown-provider.ts';

/** A message, as text, without the credentials of its provider; what is no JSON is as it was. */
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
