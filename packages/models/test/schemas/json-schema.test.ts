import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { jsonSchemaOf } from '../../src/schemas/json-schema.ts';
import { RECORD_TYPES } from '../../src/schemas/record-type.ts';
import { recordTypes } from '../../src/schemas/record-types.ts';
import { examples } from './examples.ts';

describe.each(RECORD_TYPES)('the JSON Schema of a %s', (name) => {
  const schema = jsonSchemaOf(name);
  const { properties = {} } = schema;
  const times = recordTypes[name].hasTimes ? { createdAt: 1, updatedAt: 1 } : {};
  const example = { ...examples[name], ...times };
  // A reader of JSON Schema that knows nothing of the schema that this one was made of.
  const isValid = (record: unknown) => z.fromJSONSchema(JSON.parse(JSON.stringify(schema))).safeParse(record).success;

  test('says what it is, in draft 2020-12', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      title: expect.any(String),
      description: expect.any(String),
      additionalProperties: false,
    });
  });

  test('knows all fields, each with a description', () => {
    expect(Object.keys(properties)).toEqual(recordTypes[name].fields);
    for (const [field, property] of Object.entries(properties)) {
      expect([field, property]).toEqual([field, expect.objectContaining({ description: expect.any(String) })]);
    }
  });

  test('takes an example, and refuses it with any more, or without any that is required', () => {
    expect(isValid(example)).toBe(true);
    expect(isValid({ ...example, oneMore: 1 })).toBe(false);
    for (const field of schema.required ?? []) {
      expect([field, isValid({ ...example, [field]: undefined })]).toEqual([field, false]);
    }
  });

  test('requires what every record has and has no default', () => {
    const optionalTimes =
      { accessToken: 2, user: 2, execution: 1, pdr: 1, provider: 1, semaphore: 2 }[name as string] ?? 0;
    const required = [...Object.keys(examples[name]), ...['createdAt', 'updatedAt'].slice(0, 2 - optionalTimes)];
    expect([...(schema.required ?? [])].sort()).toEqual(required.sort());
  });
});

test('defaults, enumerations, ranges and patterns are in the JSON Schema', () => {
  expect(jsonSchemaOf('provider').properties).toMatchObject({
    globalConnectionLimit: { type: 'integer', exclusiveMinimum: 0, default: 10 },
    protocol: { enum: ['http', 'https', 'ftp', 'sftp', 's3'], default: 'http' },
    port: { minimum: 1, maximum: 65_535 },
    createdAt: { readOnly: true },
  });
  expect(jsonSchemaOf('collection').properties).toMatchObject({
    files: { items: { additionalProperties: {}, required: ['bucket', 'regex', 'sampleFileName'] } },
  });
  expect(jsonSchemaOf('granule').properties).toMatchObject({ files: { items: { additionalProperties: false } } });
});
