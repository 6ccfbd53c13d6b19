import { jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';

type Body = { readonly [field: string]: unknown };

/** What lists show beside a record's own fields. Clients send records back with them. */
const SHOWN_ONLY: readonly string[] = ['stats', 'timestamp'];

/** A record of configuration out of a request's body: without what only answers have. */
export function givenRecord(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !SHOWN_ONLY.includes(field)));
}

/** The fields of a body that records of a type have. Earlier releases dropped all others from providers, and clients rely on it. */
export function knownFields(recordType: RecordTypeName, body: Body): Body {
  const { properties = {} } = jsonSchemaOf(recordType);
  return Object.fromEntries(Object.entries(body).filter(([field]) => Object.hasOwn(properties, field)));
}
