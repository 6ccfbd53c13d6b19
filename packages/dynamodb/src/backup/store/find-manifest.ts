import { sha256Of } from '../../storage/sha256.ts';
import {
  type FileStatus,
  type Metadata,
  PARTIAL_SUFFIX,
  type ReadOptions,
  type Storage,
} from '../../storage/storage.ts';
import { ManifestError } from '../errors.ts';
import { manifestName, nextManifestName } from '../format/file-names.ts';
import { type BackupManifest, parseManifest } from '../format/manifest.ts';

/** The name of the metadata that holds the identity of a data file's backup. */
const ID = 'cumulus-backup-id';

/** The metadata of a data file of the backup with this identity. */
export function metadataOf(id: string): Metadata {
  return { [ID]: id };
}

/** Whether a manifest is of a data file with this status, as far as that shows without reading the file. */
export function isOfBackup({ id, file }: BackupManifest, { size, metadata }: FileStatus): boolean {
  const ownId = metadata[ID];
  return file.bytes === size && (ownId === undefined || ownId === id);
}

/**
 * Finds the manifest of a data file, at whatever moment the file's writer was killed. If no manifest proves the file,
 * the result is the one beside it. Files of earlier releases have none: then it is undefined.
 *
 * Where files keep metadata, a data file and its manifest have the same identity. Elsewhere, a next manifest belongs to
 * the data file if the partial is gone and the manifest describes the data file.
 * @param status what the data file is like; looked up unless given
 * @throws ManifestError if it cannot be read; FileError, StorageError
 */
export async function findManifest(
  storage: Storage,
  dataFile: string,
  status?: FileStatus,
): Promise<BackupManifest | undefined> {
  if (!storage.keepsMetadata) {
    return (await nextByContent(storage, dataFile)) ?? readManifest(storage, manifestName(dataFile));
  }
  const id = (status ?? (await storage.find(dataFile)))?.metadata[ID];
  const manifest = await readManifest(storage, manifestName(dataFile));
  if (id === undefined || manifest?.id === id) return manifest;
  return (await readManifest(storage, nextManifestName(dataFile, id))) ?? manifest;
}

/**
 * The name of the next manifest that belongs to a data file. There is one if the writer was killed before it renamed
 * the manifest.
 */
export async function findNextManifest(storage: Storage, dataFile: string): Promise<string | undefined> {
  if (!storage.keepsMetadata) {
    return (await nextByContent(storage, dataFile)) === undefined ? undefined : nextManifestName(dataFile, undefined);
  }
  const id = (await storage.find(dataFile))?.metadata[ID];
  if (id === undefined) return undefined;
  const name = nextManifestName(dataFile, id);
  return (await storage.find(name)) === undefined ? undefined : name;
}

/**
 * The next manifest, if it is the data file's. That the partial is gone proves nothing: it may have been removed. The
 * size decides between the two manifests, and the SHA-256 where the sizes are the same.
 */
async function nextByContent(storage: Storage, dataFile: string): Promise<BackupManifest | undefined> {
  if ((await storage.find(dataFile + PARTIAL_SUFFIX)) !== undefined) return undefined;
  const data = await storage.find(dataFile);
  // An unreadable manifest counts as none. If it is the data file's, the hash shows that the next one is not.
  const present = await readManifest(storage, manifestName(dataFile)).catch(() => undefined);
  let next: BackupManifest | undefined;
  try {
    next = await readManifest(storage, nextManifestName(dataFile, undefined), { refuseLinks: true });
  } catch (error) {
    // A file that is not a manifest does not matter: the data file may have one of its own.
    const isIrrelevant = data === undefined || (await hashOf(storage, dataFile)) === present?.file.sha256;
    if (error instanceof ManifestError && isIrrelevant) return undefined;
    throw error;
  }
  if (data === undefined || data.size !== next?.file.bytes) return undefined;
  const decides = present !== undefined && present.file.bytes !== data.size;
  return decides || (await hashOf(storage, dataFile)) === next.file.sha256 ? next : undefined;
}

async function hashOf(storage: Storage, name: string): Promise<string> {
  const file = await storage.open(name);
  try {
    return await sha256Of(file.chunks(false));
  } finally {
    await file.close();
  }
}

async function readManifest(
  storage: Storage,
  name: string,
  options?: ReadOptions,
): Promise<BackupManifest | undefined> {
  const content = await storage.read(name, options);
  return content === undefined ? undefined : parseManifest(content.toString('utf8'), storage.pathOf(name));
}
