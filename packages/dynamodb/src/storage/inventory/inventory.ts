import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { CsvError, CsvParser, type CsvRecord } from '../csv-parser.ts';
import { InventoryError } from '../errors.ts';
import { gunzip } from '../gunzip.ts';
import { openStorage, openStorageOf, type StorageOptions } from '../open-storage.ts';
import { decodeKey, isS3Url, parseS3Url } from '../s3/url.ts';
import type { Storage, StoredFile } from '../storage.ts';
import { type InventoryFile, type InventoryManifest, parseInventoryManifest } from './manifest.ts';

/** An object of which an inventory knows. */
export interface InventoryObject {
  readonly key: string;
  /** In bytes; undefined where the inventory is without sizes. */
  readonly size: number | undefined;
}

/** What S3 Inventory listed of a bucket. */
export interface Inventory extends Pick<InventoryManifest, 'bucket' | 'createdAt'> {
  /** The manifest's path or URL. */
  readonly name: string;
  /**
   * The objects, some at once, in no order: the latest versions only, without delete markers.
   * @throws InventoryError for a file that is not what the manifest says; FileError, StorageError
   */
  objects(): AsyncGenerator<readonly InventoryObject[], void>;
}

/**
 * Opens an S3 inventory in CSV by its manifest, which is compared with `manifest.checksum` if that lies beside it. Its files are read from
 * the manifest's bucket; of one that was copied to disk, from the folder `data` beside the manifest, or beside its folder, as in S3.
 * @param location the path of `manifest.json`, or `s3://BUCKET/KEY`
 * @throws InventoryError for another format than CSV, or a damaged manifest; FileError, StorageError
 *
 * @example
 * ```ts
 * import { openInventory } from '@cumulus/dynamodb/storage';
 *
 * const inventory = await openInventory('s3://inventories/prod-protected/all/2026-01-14T01-00Z/manifest.json');
 * let objects = 0;
 * for await (const some of inventory.objects()) objects += some.length;
 * ```
 */
export async function openInventory(location: string, options: StorageOptions = {}): Promise<Inventory> {
  const { storage, name } = await openStorageOf(location, options);
  const path = storage.pathOf(name);
  const content = await storage.read(name);
  if (content === undefined) throw new InventoryError(`There is no manifest of an inventory at ${path}.`);
  const checksum = (name === 'manifest.json' ? await storage.read('manifest.checksum') : undefined)
    ?.toString('utf8')
    .trim()
    .toLowerCase();
  if (checksum !== undefined && checksum !== createHash('md5').update(content).digest('hex'))
    throw new InventoryError(`${path} is not what its manifest.checksum says.`, ['Get the inventory again.']);
  const manifest = parseInventoryManifest(content.toString('utf8'), path);
  return {
    name: path,
    bucket: manifest.bucket,
    createdAt: manifest.createdAt,
    objects: async function* () {
      for (const file of manifest.files) yield* objectsOf(await openFile(file, location, options), file, manifest);
    },
  };
}

async function openFile({ key }: InventoryFile, location: string, options: StorageOptions): Promise<StoredFile> {
  if (isS3Url(location)) {
    const { storage, name } = await openStorageOf(`s3://${parseS3Url(location).bucket}/${key}`, options);
    return storage.open(name);
  }
  const [folder, name] = [dirname(location), basename(key)];
  const places = await Promise.all(
    [`${folder}/data`, `${dirname(folder)}/data`, folder].map((place) => openStorage(place, options)),
  );
  for (const place of places) if ((await place.find(name)) !== undefined) return place.open(name);
  return (places[0] as Storage).open(name);
}

async function* objectsOf(
  stored: StoredFile,
  { size, md5 }: InventoryFile,
  { bucket, fields }: InventoryManifest,
): AsyncGenerator<readonly InventoryObject[], void> {
  const damaged = (problem: string, cause?: unknown): InventoryError =>
    new InventoryError(`${stored.name} ${problem}.`, ['Get the inventory again.'], cause);
  try {
    if (stored.status.size !== size) throw damaged(`has ${stored.status.size} bytes, where its manifest says ${size}`);
    const hash = createHash('md5');
    const read = async function* (): AsyncGenerator<Buffer, void> {
      for await (const chunk of stored.chunks(false)) {
        hash.update(chunk);
        yield chunk;
      }
    };
    const decoder = new TextDecoder();
    const columns = new Map(fields.map((field, index) => [field, index]));
    const at = (record: readonly string[], field: string): string | undefined => record[columns.get(field) ?? -1];
    const objectsIn = (records: readonly CsvRecord[]): readonly InventoryObject[] =>
      records.flatMap(({ fields: record }) => {
        if (record.length !== fields.length)
          throw damaged(`has a line of ${record.length} fields, where its manifest names ${fields.length}`);
        if (at(record, 'Bucket') !== bucket) throw damaged(`lists the bucket ${at(record, 'Bucket')}, not ${bucket}`);
        if (at(record, 'IsLatest') === 'false' || at(record, 'IsDeleteMarker') === 'true') return [];
        const [key, bytes] = [at(record, 'Key') ?? '', at(record, 'Size')];
        return { key: decodeKey(key), size: bytes === undefined || bytes === '' ? undefined : Number(bytes) };
      });
    const parser = new CsvParser();
    try {
      for await (const chunk of gunzip(read())) yield objectsIn(parser.push(decoder.decode(chunk, { stream: true })));
      yield objectsIn([...parser.push(decoder.decode()), ...parser.end()]);
    } catch (error) {
      if (error instanceof CsvError) throw damaged(`is no CSV in line ${error.line}: ${error.message}`, error);
      const { code = '' } = error as NodeJS.ErrnoException;
      if (String(code).startsWith('Z_') || error instanceof URIError) throw damaged('is damaged', error);
      throw error;
    }
    if (hash.digest('hex') !== md5) throw damaged('does not have the MD5 that its manifest says');
  } finally {
    await stored.close();
  }
}
