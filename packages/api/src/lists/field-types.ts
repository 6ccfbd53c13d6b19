import { isObject } from '@cumulus/dynamodb/aws';
import { type JsonSchema, jsonSchemaOf, type RecordTypeName } from '@cumulus/models/schemas';

/** What a field holds, as far as filters care; `any` within objects of free form. */
export type FieldType = 'number' | 'boolean' | 'text' | 'any';

/** What is listed: records of tables, and what lies in S3. */
export type ListedType = RecordTypeName | 'reconciliationReport' | 'workflow';

const REPORT: JsonSchema = {
  properties: {
    reconciliationReportName: { type: 'string' },
    name: { type: 'string' },
    type: { type: 'string' },
    status: { type: 'string' },
    location: { type: 'string' },
    createdAt: { type: 'number' },
    updatedAt: { type: 'number' },
  },
};

const WORKFLOW: JsonSchema = { properties: { name: { type: 'string' }, arn: { type: 'string' }, definition: {} } };

const schemas = new Map<ListedType, JsonSchema>([
  ['reconciliationReport', REPORT],
  ['workflow', WORKFLOW],
]);

/** The type of a record's field, given by its path: `rule.type`. Undefined for a field that such records do not have. */
export function fieldType(recordType: ListedType, path: string): FieldType | undefined {
  let schema = schemas.get(recordType);
  if (schema === undefined) {
    schema = jsonSchemaOf(recordType as RecordTypeName);
    schemas.set(recordType, schema);
  }
  // What has no time of its own has that of its last change.
  const isUpdated = path === 'timestamp' && typeAt(schema, [path]) === undefined;
  return typeAt(schema, isUpdated ? ['updatedAt'] : path.split('.'));
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

/** Times, which are in milliseconds since 1970. */
const TIMES: ReadonlySet<string> = new Set(['timestamp', 'createdAt', 'updatedAt']);

/** Whether a field is a time. */
export function isTime(field: string): boolean {
  return TIMES.has(field);
}

/** Texts for people; other texts are names, ids and links. */
const SENTENCES: ReadonlySet<string> = new Set(['description', 'output', 'PANmessage']);

/** Whether a query compares a field as a whole; of other texts a word is enough. */
export function isWholeText(field: string, type: FieldType): boolean {
  return type !== 'any' && !SENTENCES.has(field);
}
