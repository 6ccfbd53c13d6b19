export { readText } from './disk/read-file.ts';
export * from './errors.ts';
export { readTextAt, type S3Access } from './open-storage.ts';
export type { S3Objects } from './s3/objects.ts';
export { formatS3Url, parseS3Url, type S3Location } from './s3/url.ts';
export { compareS3Objects, copyS3Object } from './s3-copies.ts';
export { s3Objects } from './s3-objects.ts';
