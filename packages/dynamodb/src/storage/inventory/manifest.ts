import { isObject } from '../../aws/is-object.ts';
import { parseObject } from '../../aws/parse-object.ts';
import { InventoryError } from '../errors.ts';

/** A file of an inventory. */
export interface InventoryFile {
  readonly key: string;
  /** In bytes, as it is stored. */
  readonly size: number;
  /** In hexadecimal. */
  readonly md5: string;
}

/** What an inventory's manifest says. */
export interface InventoryManifest {
  /** The bucket whose objects are listed. */
  readonly bucket: string;
  /** When S3 began to make the list. */
  readonly createdAt: Date;
  /** The names of the fields, in the order of the columns. */
  readonly fields: readonly string[];
  readonly files: readonly InventoryFile[];
}

/**
 * Reads an inventory's `manifest.json`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 * @param name what it is called in messages
 * @throws InventoryError
 */
export function parseInventoryManifest(text: string, name: string): InventoryManifest {
  const { sourceBucket, creationTimestamp, fileFormat, fileSchema, files } = objectOf(text, name);
  if (typeof fileFormat === 'string' && fileFormat !== 'CSV')
    throw new InventoryError(`${name} is of an inventory in the format ${fileFormat}, which is not read here.`, [
      'Configure the inventory for the format CSV, or let the buckets be listed.',
    ]);
  const createdAt = new Date(Number(creationTimestamp));
  if (fileFormat !== 'CSV' || typeof sourceBucket !== 'string' || typeof fileSchema !== 'string')
    throw notAManifest(name);
  if (Number.isNaN(createdAt.getTime()) || !Array.isArray(files)) throw notAManifest(name);
  const fields = fileSchema.split(',').map((field) => field.trim());
  for (const needed of ['Bucket', 'Key', 'Size'])
    if (!fields.includes(needed))
      throw new InventoryError(`${name} is of an inventory without the field ${needed}.`, [
        'Configure the inventory with it, or let the buckets be listed.',
      ]);
  // Only inventories of all versions have it.
  const ofVersions = fields.includes('VersionId') ? ['IsLatest', 'IsDeleteMarker'] : [];
  for (const needed of ofVersions)
    if (!fields.includes(needed))
      throw new InventoryError(`${name} is of an inventory of all versions without the field ${needed}.`, [
        'Configure the inventory with it, or let the buckets be listed.',
      ]);
  // The bucket may be given as an ARN.
  return {
    bucket: sourceBucket.replace(/^.*:/, ''),
    createdAt,
    fields,
    files: (files as readonly unknown[]).map((file) => fileOf(file, name)),
  };
}

function objectOf(text: string, name: string): { readonly [field: string]: unknown } {
  const object = parseObject(text);
  if (object === undefined) throw notAManifest(name);
  return object;
}

function fileOf(file: unknown, name: string): InventoryFile {
  const { key, size, MD5checksum: md5 } = isObject(file) ? file : {};
  if (typeof key !== 'string' || typeof size !== 'number' || typeof md5 !== 'string') throw notAManifest(name);
  return { key, size, md5: md5.toLowerCase() };
}

function notAManifest(name: string): InventoryError {
  return new InventoryError(`${name} is not the manifest of an S3 inventory.`, [
    'Name its manifest.json, which lies beside manifest.checksum.',
  ]);
}
