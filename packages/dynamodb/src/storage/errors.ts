import { CumulusError } from '../aws/errors.ts';

/** Reading or writing a file failed: no such file, no permission, no space left. */
export class FileError extends CumulusError {
  readonly code = 'FILE_FAILED';
}

/** Reading or writing in S3 failed: no such bucket or object, or the bucket is in another region. */
export class StorageError extends CumulusError {
  readonly code = 'STORAGE_FAILED';
}
