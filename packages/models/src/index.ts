export * from './counts/index.ts';
export { createModels, type Models, type ModelsOptions, tablesFromEnvironment } from './create-models.ts';
export * from './errors.ts';
export type { NewestOptions } from './lists/newest.ts';
export { type RecordFilter, valuesAt } from './lists/record-filter.ts';
export { type PageOptions, RecordList, type RecordPage } from './lists/record-list.ts';
export { MOST_RECORDS_READ, type SearchOptions, type SearchPage } from './lists/record-search.ts';
export {
  type CumulusMessage,
  type ExecutionState,
  parseMessage,
  type WorkflowStatus,
  withExecutionState,
} from './messages/cumulus-message.ts';
export { InvalidMessageError, RemoteMessageError, RemoteMessageMissingError } from './messages/errors.ts';
export { isNoException } from './messages/exception.ts';
export { executionArnOf, executionUrlOf } from './messages/execution-arn.ts';
export { type FetchText, fetchFromS3, followMessage } from './messages/large-message.ts';
export { type MessageRecords, recordsOfMessage } from './messages/message-records.ts';
export type { MessageProblem } from './messages/problems.ts';
export type { EventFacts } from './messages/workflow-facts.ts';
export type { AccessTokenModel } from './models/access-tokens.ts';
export type { CollectionModel } from './models/collections.ts';
export type { ExecutionModel } from './models/executions.ts';
export type { FileModel } from './models/files.ts';
export type { GranuleModel } from './models/granules.ts';
export type { ListedModel } from './models/listed-model.ts';
export type { PdrModel } from './models/pdrs.ts';
export type { ProviderModel } from './models/providers.ts';
export type { ChangesOf, ListOptions, ModelContext, RecordModel } from './models/record-model.ts';
export type { RuleModel } from './models/rules.ts';
export type { SemaphoreModel } from './models/semaphores.ts';
export { UserModel } from './models/users.ts';
export type { PayloadSource } from './payloads/bring-back.ts';
export { type CleanPayloadsOptions, cleanPayloads, type PayloadsCleaned } from './payloads/clean-payloads.ts';
export { PayloadError } from './payloads/errors.ts';
export { type PayloadAddress, type PayloadPlace, payloadPlace } from './payloads/payload-place.ts';
export { isPayloadPointer, type LargePayload } from './payloads/pointer.ts';
export { putPayloads } from './payloads/put-payloads.ts';
export { deleteGranule, type GranuleDeletion } from './recording/delete-granule.ts';
export type { GranuleFailure, GranulesRecorded } from './recording/granules.ts';
export { type MessageRecorded, recordMessage } from './recording/record-message.ts';
export type { Recorded, RecordingTarget } from './recording/target.ts';
export * from './schemas/index.ts';
export type { Cipher } from './secrets/cipher.ts';
export { cipherFromEnvironment, type Environment, KMS_KEY_VARIABLE } from './secrets/cipher-from-environment.ts';
export { CREDENTIAL_FIELDS, type Credentials } from './secrets/credentials.ts';
export {
  DecryptionError,
  EncryptionError,
  InvalidKeyError,
  KeyPairCiphertextError,
  NoCipherError,
} from './secrets/errors.ts';
export { type KmsCipherOptions, kmsCipher } from './secrets/kms-cipher.ts';
export { LOCAL_KEY_VARIABLE, localKeyCipher } from './secrets/local-key-cipher.ts';
export { hashPassword, type PasswordCheck, verifyPassword } from './secrets/password-hash.ts';
export { hashToken } from './secrets/token-hash.ts';
