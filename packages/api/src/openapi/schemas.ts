import { type JsonSchema, jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import type { Operation, Schema } from '../http/openapi.ts';

type Responses = Operation['responses'];

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

/** As {@link answers}, of a route that takes nothing that could be wrong. */
export function answersToAny(description: string, schema: Schema, ...errors: readonly number[]): Responses {
  const { 400: _, ...others } = answers(description, schema, ...errors);
  return others;
}

/** As {@link answers}, of a route that starts what ends later: 202. */
export function acceptedAnswers(description: string, schema: Schema, ...errors: readonly number[]): Responses {
  const { 200: accepted, ...others } = answers(description, schema, ...errors);
  return { 202: accepted, ...others } as Responses;
}

const MEANINGS: { readonly [status: number]: string } = {
  400: 'Something in the request is wrong; the message says what.',
  401: 'The token is missing, expired or revoked, or its user may not use this API.',
  403: 'The token is not valid, such as one that another API signed.',
  404: 'There is no such record.',
  409: 'The record exists already, is in use or is being deleted, or others changed it meanwhile.',
  413: 'The body has more than 1 MB.',
  500: 'An error in the API. Its log has the details.',
  501: 'The deployment lacks something that the request needs; the message names it.',
  502: 'CMR, or the service of its tokens, refused; the message has its words.',
  503: 'A service does not answer just now, or there are too many requests at once. Send the request again after `Retry-After`.',
};

/** What a route that replaces a record says of what its answer may hold. */
export const GIVEN_BACK =
  'You can send back what `GET` returned: `stats` and `timestamp` are left out, and fields as the table has them are accepted.';

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
      description:
        'The number of all matches; if `complete` is false, how many were found so far. Absent with `cursor`.',
    },
    complete: {
      type: 'boolean',
      description: '`false` if the search reached its limit; absent otherwise. To go on, send `next` as `cursor`.',
    },
    searchedUntil: {
      type: ['string', 'number'],
      description:
        'How far such a search went, as a value of the field that the list is sorted by. Absent if it looks in another order.',
    },
    next: { type: 'string', description: 'The cursor of the next page; absent on the last page.' },
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
