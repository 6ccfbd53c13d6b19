import { type JsonSchema, jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import type { RouteConfig } from '@hono/zod-openapi';

/** A JSON Schema. */
export type Schema = { readonly [key: string]: unknown };
type Responses = RouteConfig['responses'];

/** The name on the OpenAPI page of a record of a type: `AsyncOperation`. */
export function schemaName(recordType: RecordTypeName): string {
  return recordType.charAt(0).toUpperCase() + recordType.slice(1);
}

/** Refers to a schema of the OpenAPI page. */
export function refTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A body of JSON. */
export function jsonBody(schema: Schema): {
  readonly required: true;
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
} {
  return { required: true, content: { 'application/json': { schema } } };
}

/** An answer of JSON, and the errors that a route may end in beside those of every route. */
export function answers(description: string, schema: Schema, ...errors: readonly number[]): Responses {
  return {
    200: { description, content: { 'application/json': { schema } } },
    ...errorAnswers(400, 401, 403, 500, 503, ...errors),
  };
}

/** As {@link answers}, of a route that starts what ends later: 202. */
export function acceptedAnswers(description: string, schema: Schema, ...errors: readonly number[]): Responses {
  const { 200: accepted, ...others } = answers(description, schema, ...errors);
  return { 202: accepted, ...others } as Responses;
}

const MEANINGS: { readonly [status: number]: string } = {
  400: 'The request is wrong; the message names what and where.',
  401: 'There is no login, or it has ended.',
  403: 'The access token is not valid.',
  404: 'There is no such record.',
  409: 'The record exists, or is used, or is being deleted.',
  413: 'The request is too large.',
  500: 'Something went wrong inside.',
  501: 'This is not offered here.',
  503: 'The tables cannot answer just now; see Retry-After.',
};

/** What a route that replaces a record says of what its answer may hold. */
export const GIVEN_BACK =
  'A record may be sent as it was read: `stats` and `timestamp` are left out, and what it holds already is not refused.';

export function errorAnswers(...statuses: readonly number[]): Responses {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: MEANINGS[status] ?? '', content: { 'application/json': { schema: refTo('Error') } } },
    ]),
  );
}

/** An object of these fields, all of them there. */
export function objectOf(properties: { readonly [field: string]: Schema }, optional: readonly string[] = []): Schema {
  return { type: 'object', properties, required: Object.keys(properties).filter((field) => !optional.includes(field)) };
}

export const TEXT: Schema = { type: 'string' };
export const NUMBER: Schema = { type: 'number' };
export const WHOLE: Schema = { type: 'integer' };

/** A list's answer. */
export function listOf(schema: Schema): Schema {
  const meta = {
    name: { type: 'string', const: 'cumulus-api' },
    stack: TEXT,
    table: TEXT,
    limit: WHOLE,
    page: WHOLE,
    count: {
      ...WHOLE,
      description: 'How many there are on all pages together; if `complete` is false, how many were found so far.',
    },
    complete: {
      type: 'boolean',
      description:
        'False if the search looked only so far, as it may not take longer; absent otherwise. `next` goes on.',
    },
    searchedUntil: {
      type: ['string', 'number'],
      description:
        'How far it looked then, by the field that the list is sorted by; absent where it looks in another order.',
    },
    next: { type: 'string', description: 'The cursor of the next page; absent after the last.' },
  };
  return objectOf({
    meta: objectOf(meta, ['page', 'count', 'complete', 'searchedUntil', 'next']),
    results: { type: 'array', items: schema },
  });
}

/** All records that the API shows, as they are answered and as they are given. */
const SHOWN = ['asyncOperation', 'collection', 'execution', 'granule', 'pdr', 'provider', 'rule'] as const;

/** The schemas that routes refer to. */
export function componentSchemas(): { readonly [name: string]: Schema } {
  const records = SHOWN.flatMap((recordType) => {
    const schema = jsonSchemaOf(recordType);
    return [
      [schemaName(recordType), asAnswered(recordType, schema)],
      [`New${schemaName(recordType)}`, asGiven(schema)],
    ] as const;
  });
  return {
    Error: objectOf({ statusCode: WHOLE, error: TEXT, message: TEXT }),
    ...Object.fromEntries(records),
  };
}

/** A table may hold fields of other releases, and a provider's credentials are never shown. */
function asAnswered(recordType: RecordTypeName, { $schema, additionalProperties, ...schema }: JsonSchema): Schema {
  const properties = { ...schema.properties };
  if (recordType === 'provider') for (const secret of CREDENTIAL_FIELDS) delete properties[secret];
  return { ...schema, properties };
}

function asGiven({ $schema, required = [], ...schema }: JsonSchema): Schema {
  return { ...schema, required: required.filter((field) => field !== 'createdAt' && field !== 'updatedAt') };
}
