export { type AwsError, type AwsErrorKind, classifyAwsError } from './classify-error.ts';
export {
  type ClientOptions,
  createClient,
  createS3Client,
  createStreamsClient,
  placeOf,
  withRetryPolicy,
} from './client.ts';
export { type ClientCertificate, Connections, type ConnectionTimeouts } from './connections.ts';
export { createFetch, type Fetch } from './create-fetch.ts';
export type { FoundCredentials } from './credentials.ts';
export { DamagedResponseError } from './damaged-response.ts';
export type { Denial } from './denial.ts';
export * from './errors.ts';
export { type AwsRequest, describeSecretly, explainAwsError } from './explain-error.ts';
export { findIdentity, type Identity } from './identity.ts';
export { isLoopback } from './is-loopback.ts';
export { isObject } from './is-object.ts';
export { LeaseRenewal, type LeaseRenewalOptions } from './lease-renewal.ts';
export { PageTrail } from './page-trail.ts';
export { type Paged, pagesOf } from './pages.ts';
export { parseObject } from './parse-object.ts';
export { pause, pauseUnless } from './pause.ts';
export { type PollOptions, poll } from './poll.ts';
export {
  Backoff,
  DEFAULT_RETRY_POLICY,
  type Delays,
  INTERACTIVE_RETRY_POLICY,
  type RetryPolicy,
  retryThrottled,
} from './retry-policy.ts';
export { SerialQueue } from './serial-queue.ts';
export { backoffOf } from './steady-retries.ts';
export { forEachAtOnce, mapAtOnce } from './workers.ts';
export { zonedTime } from './zoned-time.ts';
