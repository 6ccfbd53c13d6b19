import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { foreign } from '../layout/foreign-format.ts';
import { isDynamodump } from './dynamodump-reader.ts';

/** Of how many folders in a folder it is looked up what they are. */
const LOOKED_INTO = 100;

/**
 * Makes sure that a folder is none of those that are known and not read as a whole.
 * @throws UnreadableFormatError with what it is
 */
export async function refuseOtherFolder(folder: Storage, options: StorageOptions): Promise<void> {
  const names = (await folder.list('')) ?? [];
  if (names.includes('manifest-summary.json')) return;
  if (names.includes('manifest') && names.includes('_SUCCESS')) {
    throw foreign(
      folder.location,
      'a folder of AWS Data Pipeline',
      `Name its files, one after the other, or join them: cat ${folder.location}/*-*-*-*-* > T.json`,
    );
  }
  for (const name of names.slice(0, LOOKED_INTO)) {
    const path = folder.pathOf(name);
    const isDump = await isDynamodump(await openStorage(path, options)).catch(() => false);
    if (isDump)
      throw foreign(folder.location, 'a folder of dumps by dynamodump', `Name the folder of a table, such as ${path}`);
  }
}
