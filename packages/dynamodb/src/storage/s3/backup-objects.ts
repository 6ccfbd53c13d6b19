import { basename } from 'node:path/posix';
import { MANIFEST_SUFFIX } from '../../backup/backup-files.ts';
import { type BackupManifest, parseManifest } from '../../backup/manifest.ts';
import { formatS3Url, type S3Location, sibling } from '../s3-url.ts';
import type { ObjectStatus, S3Objects } from './objects.ts';

/** The name of the metadata in which a data object has the identity of its backup. */
const ID = 'cumulus-backup-id';

/**
 * The objects of one backup.
 *
 * | key | what |
 * |---|---|
 * | `T.json` or `T.json.gz` | the data object, with the backup's random identity among its metadata |
 * | `T.json.manifest.json` | its manifest, which has the same identity |
 * | `T.json.manifest.json.next-<id>` | the manifest of the backup of this identity, while it takes its place |
 * | `T.json.lock` | the claim of who is writing |
 * | `T.<UTC time>.json` | an earlier backup, with a manifest of its own |
 *
 * The data object appears, or is replaced, at one moment, with its identity. It says by itself which manifest belongs to
 * it, so that it does not matter at which moment its writer is killed.
 */
export class BackupObjects {
  readonly data: S3Location;
  readonly manifest: S3Location;
  readonly lock: S3Location;
  /** What the keys of next manifests begin with. */
  readonly nextManifests: S3Location;

  constructor(data: S3Location) {
    this.data = data;
    this.manifest = sibling(data, data.key + MANIFEST_SUFFIX);
    this.lock = sibling(data, `${data.key}.lock`);
    this.nextManifests = sibling(data, `${this.manifest.key}.next-`);
  }

  /** The name without the folders. */
  get name(): string {
    return basename(this.data.key);
  }

  nextManifest(id: string): S3Location {
    return sibling(this.data, this.nextManifests.key + id);
  }

  /** An object beside the data object. */
  beside(name: string): S3Location {
    return sibling(this.data, this.data.key.slice(0, this.data.key.length - this.name.length) + name);
  }
}

/** The identity of the backup that a data object is; undefined if it was put there by other means. */
export function idOf({ metadata }: ObjectStatus): string | undefined {
  return metadata[ID];
}

/** The metadata by which a data object has its identity. */
export function metadataOf(id: string): { readonly [name: string]: string } {
  return { [ID]: id };
}

/** A manifest, if there is one in this place. */
export async function readManifestObject(
  objects: S3Objects,
  location: S3Location,
): Promise<BackupManifest | undefined> {
  const read = await objects.read(location);
  return read === undefined ? undefined : parseManifest(read.content.toString('utf8'), formatS3Url(location));
}

/**
 * The manifest that belongs to a data object; one of another identity, which will not prove it, if that is all there is;
 * undefined if there is none.
 */
export async function manifestOfObject(
  objects: S3Objects,
  backup: BackupObjects,
  data: ObjectStatus,
): Promise<BackupManifest | undefined> {
  const id = idOf(data);
  const manifest = await readManifestObject(objects, backup.manifest);
  if (id === undefined || manifest?.id === id) return manifest;
  return (await readManifestObject(objects, backup.nextManifest(id))) ?? manifest;
}
