import { isObject } from '@cumulus/dynamodb/aws';
import { describe, expect, test } from '@jest/globals';
import { formSchemaOf } from '../../src/schemas/form-schema.ts';
import { type JsonSchema, jsonSchemaOf } from '../../src/schemas/json-schema.ts';
import { RECORD_TYPES } from '../../src/schemas/record-type.ts';

interface FormField {
  readonly path: string;
  readonly label: string | undefined;
  readonly isRequired: boolean;
  readonly kind: string;
}

/**
 * The fields of a form as NASA's dashboards make it of a schema: objects of known fields are entered, unless a list of values
 * stands for them; what is `readonly` is hidden; a required field that is left empty stops the form.
 * @param choices fields that a list of values stands for
 */
function formOf(schema: JsonSchema, choices: readonly string[] = [], path: readonly string[] = []): FormField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    if (!isObject(value)) return [];
    const field = value as JsonSchema & { readonly readonly?: boolean };
    const isChosen = choices.includes(name);
    if (field.type === 'object' && field.additionalProperties !== true && !isChosen)
      return formOf(field, choices, [...path, name]);
    if (field.readonly === true) return [];
    return [
      {
        path: [...path, name].join('.'),
        label: field.title,
        isRequired: (schema.required ?? []).includes(name),
        kind: isChosen || field.enum !== undefined ? 'choice' : String(field.type),
      },
    ];
  });
}

describe('forms that dashboards make of the schemas', () => {
  test('have for a rule what a person can fill in, so that one can be added', () => {
    expect(formOf(formSchemaOf('rule'), ['collection', 'provider', 'workflow'])).toEqual([
      { path: 'name', label: 'name', isRequired: true, kind: 'string' },
      { path: 'workflow', label: 'Workflow Name', isRequired: true, kind: 'choice' },
      { path: 'provider', label: 'Provider ID', isRequired: false, kind: 'choice' },
      { path: 'collection', label: 'Collection Name and Version', isRequired: true, kind: 'choice' },
      { path: 'rule.type', label: undefined, isRequired: true, kind: 'choice' },
      { path: 'rule.value', label: undefined, isRequired: false, kind: 'string' },
      { path: 'state', label: 'Rule state', isRequired: false, kind: 'choice' },
      { path: 'meta', label: 'Optional MetaData for the Rule', isRequired: false, kind: 'object' },
      {
        path: 'payload',
        label: 'Optional input payload to be used for onetime and scheduled rules',
        isRequired: false,
        kind: 'object',
      },
      {
        path: 'queueName',
        label: 'Optional queue used to schedule executions for this rule',
        isRequired: false,
        kind: 'string',
      },
      {
        path: 'queueUrl',
        label: 'Optional queue URL used to schedule executions for this rule',
        isRequired: false,
        kind: 'string',
      },
      { path: 'executionNamePrefix', label: 'Execution name prefix', isRequired: false, kind: 'string' },
      { path: 'tags', label: 'Optional tags for search', isRequired: false, kind: 'array' },
    ]);
  });

  test('have for a provider what a person can fill in', () => {
    const form = formOf(formSchemaOf('provider'));
    expect(form.filter(({ isRequired }) => isRequired).map(({ path }) => path)).toEqual(['id', 'host']);
    expect(form.map(({ path }) => path)).toEqual([
      ...['id', 'globalConnectionLimit', 'protocol', 'host', 'port', 'username', 'password', 'privateKey', 'cmKeyId'],
    ]);
    expect(form.slice(0, 5).map(({ label }) => label)).toEqual([
      ...['Provider Name', 'Concurrent Connection Limit', 'Protocol', 'Host', 'Port'],
    ]);
  });

  test.each(RECORD_TYPES)('require of a %s nothing that only the system writes', (recordType) => {
    const check = (schema: JsonSchema): void => {
      for (const [name, value] of Object.entries(schema.properties ?? {})) {
        const field = value as JsonSchema & { readonly readonly?: boolean };
        expect([name, field.readonly]).toEqual([name, field.readOnly]);
        if (field.readOnly === true) expect(schema.required ?? []).not.toContain(name);
        check(field);
      }
    };
    check(formSchemaOf(recordType));
  });

  test('are those of the records’ schemas in all else', () => {
    const { required, properties, ...form } = formSchemaOf('collection');
    const schema = jsonSchemaOf('collection');
    expect(form).toEqual({ ...schema, required: undefined, properties: undefined });
    expect(schema.required?.filter((field) => field !== 'createdAt' && field !== 'updatedAt')).toEqual(required);
    expect(properties).toMatchObject({
      duplicateHandling: { title: 'Duplicate Granule Handling', enum: ['error', 'skip', 'replace', 'version'] },
      files: { title: 'Files', items: { properties: { regex: { title: 'Regex', minLength: 1 } } } },
      createdAt: { readOnly: true, readonly: true },
    });
  });
});
