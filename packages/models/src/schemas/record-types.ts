import { accessTokenType } from './access-token.ts';
import { asyncOperationType } from './async-operation.ts';
import { collectionTypeIn } from './collection.ts';
import { executionType } from './execution.ts';
import { fileType } from './file.ts';
import { granuleType } from './granule.ts';
import { pdrType } from './pdr.ts';
import { providerType } from './provider.ts';
import { RECORD_TYPES, type RecordTypeName } from './record-type.ts';
import { ruleType } from './rule.ts';
import { semaphoreType } from './semaphore.ts';
import { userType } from './user.ts';

/** All types of records, by name. The one for collections takes any bucket. */
export const recordTypes = {
  accessToken: accessTokenType,
  asyncOperation: asyncOperationType,
  collection: collectionTypeIn({}),
  execution: executionType,
  file: fileType,
  granule: granuleType,
  pdr: pdrType,
  provider: providerType,
  rule: ruleType,
  semaphore: semaphoreType,
  user: userType,
} as const satisfies { readonly [name in RecordTypeName]: { readonly name: RecordTypeName } };

/**
 * Whether a text is one of the record types.
 *
 * @example
 * ```ts
 * import { isRecordType, jsonSchemaOf } from '@cumulus/models/schemas';
 *
 * const [name = ''] = process.argv.slice(2);
 * if (isRecordType(name)) console.log(jsonSchemaOf(name));
 * ```
 */
export function isRecordType(text: string): text is RecordTypeName {
  return RECORD_TYPES.some((name) => name === text);
}
