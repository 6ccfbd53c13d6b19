import { ExportReader } from '../../backup/read/export-reader.ts';
import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import type { ChainedExport } from './export-chain.ts';

/**
 * Opens an export of an archive, once its manifests are proved to be those that were noted. Reading it proves its data files by them.
 * @throws ArchiveDamagedError where a manifest is another one; CorruptBackupError, ManifestError where one is missing or damaged
 */
export async function openExport(
  storage: Storage,
  { name, note }: ChainedExport,
  options: StorageOptions,
): Promise<ExportReader> {
  const { folder, manifests, items } = note.export;
  const location = storage.pathOf(folder);
  const reader = await ExportReader.open(await openStorage(location, options), options);
  const { manifestHashes, itemCount } = reader.description;
  const isIt =
    manifestHashes.summary === manifests.summary && manifestHashes.files === manifests.files && itemCount === items;
  if (isIt) return reader;
  await reader.close();
  throw new ArchiveDamagedError(location, `its manifests are not those that ${name} has`);
}
