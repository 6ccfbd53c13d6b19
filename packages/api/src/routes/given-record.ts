import { type JsonSchema, jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';

type Body = { readonly [field: string]: unknown };

/** What lists show beside a record's own fields. Clients send records back with them. */
const SHOWN_ONLY: readonly string[] = ['stats', 'timestamp'];

/** A record of configuration out of a request's body: without what only answers have. */
export function givenRecord(body: Body): Body {
  return withoutFields(body, SHOWN_ONLY);
}

/** The fields of a body that records of a type have. Earlier releases dropped all others from providers, and clients rely on it. */
export function knownFields(recordType: RecordTypeName, body: Body): Body {
  const { properties = {} } = jsonSchemaOf(recordType);
  return Object.fromEntries(Object.entries(body).filter(([field]) => Object.hasOwn(properties, field)));
}

/**
 * The optional texts of a record that a body clears: forms of dashboards send a field that was emptied as an empty text, of which the earlier
 * releases stored nothing.
 */
export function clearedFields(recordType: RecordTypeName, body: Body): readonly string[] {
  const { properties = {}, required = [] } = jsonSchemaOf(recordType);
  return Object.keys(body).filter((field) => {
    if (body[field] !== '' || required.includes(field) || !Object.hasOwn(properties, field)) return false;
    const { type, enum: values } = properties[field] as JsonSchema;
    return type === 'string' && values === undefined;
  });
}

/** A body without some of its fields. */
export function withoutFields(body: Body, fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}
