import { isObject } from '@cumulus/dynamodb/aws';
import { type JsonSchema, jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';

/** What a field holds, as far as filters care; `any` within objects of free form. */
export type FieldType = 'number' | 'boolean' | 'text' | 'any';

const schemas = new Map<RecordTypeName, JsonSchema>();

/** The type of a record's field, given by its path: `rule.type`. Undefined for a field that such records do not have. */
export function fieldType(recordType: RecordTypeName, path: string): FieldType | undefined {
  let schema = schemas.get(recordType);
  if (schema === undefined) {
    schema = jsonSchemaOf(recordType);
    schemas.set(recordType, schema);
  }
  return typeAt(schema, path.split('.'));
}

function typeAt(schema: JsonSchema, path: readonly string[]): FieldType | undefined {
  if (schema.type === 'array' && isObject(schema.items)) return typeAt(schema.items, path);
  const [step, ...rest] = path;
  if (step === undefined) return typeOf(schema);
  const properties = schema.properties ?? {};
  if (Object.hasOwn(properties, step) && isObject(properties[step])) return typeAt(properties[step], rest);
  const isFree = schema.properties === undefined && schema.type !== 'string' && typeOf(schema) === 'any';
  return isFree ? 'any' : undefined;
}

function typeOf({ type }: JsonSchema): FieldType {
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'boolean';
  return type === 'string' ? 'text' : 'any';
}
