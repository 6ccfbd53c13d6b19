export type { PayloadSource } from './bring-back.ts';
export type { CleanPayloadsOptions, PayloadsCleaned } from './clean-execution.ts';
export { cleanPayloads } from './clean-payloads.ts';
export { type DeleteExecutionOptions, deleteExecution } from './delete-execution.ts';
export { PayloadError, RemoteMessageError, RemoteMessageMissingError } from './errors.ts';
export { type FetchText, fetchFromS3 } from './fetch-from-s3.ts';
export { type PayloadAddress, type PayloadPlace, payloadPlace } from './payload-place.ts';
export { isPayloadPointer, type LargePayload } from './pointer.ts';
export { putPayloads } from './put-payloads.ts';
