import { isObject } from '@cumulus/dynamodb/aws';
import { FORM_TITLES } from './form-titles.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import type { RecordTypeName } from './record-type.ts';

/**
 * The JSON Schema of a record as clients build forms from it: that of `jsonSchemaOf`, with the titles of Cumulus 1.18,
 * `readonly` beside each `readOnly`, no such field among `required`, and `additionalProperties: true` where an object takes any
 * fields. NASA's dashboards show a field for everything else, and refuse a form in which a required one is empty.
 *
 * @example
 * ```ts
 * import { formSchemaOf } from '@cumulus/models/schemas';
 *
 * const { properties = {}, required = [] } = formSchemaOf('rule');
 * console.log(Object.keys(properties), required);
 * ```
 */
export function formSchemaOf(recordType: RecordTypeName): JsonSchema {
  return forForms(jsonSchemaOf(recordType), '', FORM_TITLES[recordType] ?? {});
}

type Titles = { readonly [path: string]: string };

function forForms(schema: JsonSchema, path: string, titles: Titles): JsonSchema {
  const { properties, items, required, additionalProperties } = schema;
  const isFree = isObject(additionalProperties) && Object.keys(additionalProperties).length === 0;
  const title = titles[path];
  return {
    ...schema,
    ...(title === undefined ? {} : { title }),
    ...(schema.readOnly === true ? { readonly: true } : {}),
    ...(isFree ? { additionalProperties: true } : {}),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([field, inner]) => [
              field,
              isSchema(inner) ? forForms(inner, path === '' ? field : `${path}.${field}`, titles) : inner,
            ]),
          ),
        }),
    ...(required === undefined ? {} : { required: required.filter((field) => !isReadOnly(properties?.[field])) }),
    ...(isSchema(items) ? { items: forForms(items, `${path}[]`, titles) } : {}),
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return isObject(value);
}

function isReadOnly(schema: unknown): boolean {
  return isSchema(schema) && schema.readOnly === true;
}
