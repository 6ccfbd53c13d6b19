export { explainRefusal, explainUnasked } from './aws-errors.ts';
export {
  type ClientOptions,
  createClient,
  createS3Client,
  createStreamsClient,
  FALLBACK_REGION,
  placeOf,
} from './client.ts';
export { DamagedResponseError } from './damaged-response.ts';
export * from './errors.ts';
export { isObject } from './is-object.ts';
export { PageTrail } from './page-trail.ts';
export { patienceOf } from './patience.ts';
