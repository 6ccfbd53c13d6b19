import type { GranuleFile } from '../schemas/granule.ts';
import { type JsonObject, textOf } from './json.ts';
import { withoutSlashesAround } from './slashes.ts';
import { withoutAbsent } from './workflow-facts.ts';

/**
 * A file as a granule's record holds it, out of one as messages hold it. Tasks name its fields in several ways: `name`
 * or `fileName`; `size` or `fileSize`; `checksum` or `checksumValue`; `bucket` and `key`, or a `filename` that is an S3
 * URI. `path` is the folder at the provider. Fields of another type than theirs are left out, like unknown ones.
 *
 * @param providerUrl see `providerUrlOf`
 */
export function granuleFileOf(file: JsonObject, providerUrl: string | undefined): GranuleFile {
  const fileName = textOf(file['fileName']) ?? textOf(file['name']);
  const source = sourceAtProvider(providerUrl, textOf(file['path']), fileName) ?? textOf(file['source']);
  return withoutAbsent<GranuleFile>({
    ...placeOf(file, source),
    fileName,
    size: sizeOf(file['size']) ?? sizeOf(file['fileSize']),
    checksum: checksumOf(file['checksum']) ?? checksumOf(file['checksumValue']),
    checksumType: textOf(file['checksumType']),
    type: textOf(file['type']),
    source,
  });
}

/** What of a file is needed to find it: where it came from only while it is nowhere else. */
export function findableFile({ bucket, key, fileName, size, source }: GranuleFile): GranuleFile {
  return withoutAbsent({ bucket, key, fileName, size, source: bucket && key ? undefined : source });
}

function sourceAtProvider(providerUrl?: string, path?: string, fileName?: string): string | undefined {
  if (!providerUrl || !path || !fileName) return undefined;
  return [providerUrl, withoutSlashesAround(path), fileName].filter((part) => part !== '').join('/');
}

interface Place {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** The file's place in S3. One that is not in Cumulus's own buckets yet may still be in those of an S3 provider. */
function placeOf(file: JsonObject, source: string | undefined): Place {
  const place = placeInOwnBuckets(file);
  return place.bucket || place.key ? place : (parseS3Uri(source) ?? place);
}

/** The place in Cumulus's own buckets that a file names: by `bucket` and `key`, or by a `filename` that is an S3 URI. */
export function placeInOwnBuckets(file: JsonObject): Place {
  const named = parseS3Uri(textOf(file['filename']));
  return { bucket: textOf(file['bucket']) ?? named?.bucket, key: textOf(file['key']) ?? named?.key };
}

/** Not by `URL`, which would escape what keys may hold. */
function parseS3Uri(uri: string | undefined): Place | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri ?? '') ?? [];
  return bucket && key ? { bucket, key } : undefined;
}

function sizeOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** Some kinds of checksum are numbers. */
function checksumOf(value: unknown): string | number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : textOf(value);
}
