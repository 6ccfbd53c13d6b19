import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { granuleFileOf } from '../messages/granule-file.ts';

/** The fields of a file as earlier releases wrote it, each with those that stand for it today. */
const EARLIER_FIELDS: { readonly [earlier: string]: readonly string[] } = {
  name: ['fileName'],
  filename: ['bucket', 'key'],
  fileSize: ['size'],
  checksumValue: ['checksum'],
};

/**
 * A granule with its files as this release has them. Earlier releases wrote `{ name, filename: "s3://BUCKET/KEY", fileSize,
 * checksumValue }`. What cannot be read as today's field stays as it is.
 */
export function withCurrentFiles(granule: PlainItem): PlainItem {
  const { files } = granule;
  if (!Array.isArray(files) || !files.some(isEarlierFile)) return granule;
  return { ...granule, files: files.map((file: unknown) => (isEarlierFile(file) ? currentFile(file) : file)) };
}

function isEarlierFile(file: unknown): file is PlainItem {
  return isObject(file) && Object.keys(EARLIER_FIELDS).some((field) => Object.hasOwn(file, field));
}

function currentFile(file: PlainItem): PlainItem {
  const read: PlainItem = { ...granuleFileOf(file, undefined) };
  const current = new Map(Object.entries(file));
  for (const [earlier, fields] of Object.entries(EARLIER_FIELDS)) {
    for (const field of fields) if (read[field] !== undefined && !current.has(field)) current.set(field, read[field]);
    if (fields.every((field) => current.has(field))) current.delete(earlier);
  }
  return Object.fromEntries(current);
}
