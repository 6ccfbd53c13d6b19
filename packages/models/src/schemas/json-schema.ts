import * as z from 'zod';
import type { RecordTypeName } from './record-type.ts';
import { recordTypes } from './record-types.ts';

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON Schema of a record as it is written: fields with a default are not required. Rules over several fields, such
 * as a collection's regular expressions and sample file names, are beyond it.
 *
 * @example
 * ```ts
 * import { jsonSchemaOf } from '@cumulus/models/schemas';
 *
 * console.log(jsonSchemaOf('granule').required);
 * ```
 */
export function jsonSchemaOf(recordType: RecordTypeName): JsonSchema {
  return z.toJSONSchema(recordTypes[recordType].schema, { target: 'draft-2020-12', io: 'input' });
}
