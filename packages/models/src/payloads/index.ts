export type { PayloadSource } from './bring-back.ts';
export { type CleanPayloadsOptions, cleanPayloads, type PayloadsCleaned } from './clean-payloads.ts';
export { PayloadError } from './errors.ts';
export { type PayloadAddress, type PayloadPlace, payloadPlace } from './payload-place.ts';
export { isPayloadPointer, type LargePayload } from './pointer.ts';
export { putPayloads } from './put-payloads.ts';
