export * from './errors.ts';
export type { ReadingOptions, S3Access } from './folder.ts';
export type { S3Objects } from './s3/objects.ts';
export { s3Objects } from './s3-objects.ts';
export { formatS3Url, parseS3Url, type S3Location } from './s3-url.ts';
