export { type AccessToken, accessTokenSchema, accessTokenType, type NewAccessToken } from './access-token.ts';
export {
  type AsyncOperation,
  asyncOperationSchema,
  asyncOperationType,
  type NewAsyncOperation,
} from './async-operation.ts';
export { type Collection, collectionSchema, collectionTypeIn, type NewCollection } from './collection.ts';
export { type CollectionKey, constructCollectionId, deconstructCollectionId } from './collection-id.ts';
export type { CollectionSurroundings } from './collection-rules.ts';
export { type Execution, executionSchema, executionType, type NewExecution } from './execution.ts';
export { type FileRecord, fileSchema, fileType, type NewFileRecord } from './file.ts';
export { type Granule, type GranuleFile, granuleSchema, granuleType, type NewGranule } from './granule.ts';
export { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
export { type NewPdr, type Pdr, pdrSchema, pdrType } from './pdr.ts';
export { type NewProvider, type Provider, providerSchema, providerType } from './provider.ts';
export { RECORD_TYPES, type RecordType, type RecordTypeName } from './record-type.ts';
export { isRecordType, recordTypes } from './record-types.ts';
export { type NewRule, type Rule, ruleSchema, ruleType } from './rule.ts';
export { type NewSemaphore, type Semaphore, semaphoreSchema, semaphoreType } from './semaphore.ts';
export { type NewUser, type User, userSchema, userType } from './user.ts';
