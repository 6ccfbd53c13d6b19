import { AccessDeniedError } from '../../aws/errors.ts';
import type { Storage } from '../../storage/storage.ts';
import {
  commonBeginning,
  dataFileOfManifest,
  dataFileOfNextManifest,
  isDatedOf,
  isKeptOf,
  manifestName,
} from '../format/file-names.ts';
import { findNextManifest } from './find-manifest.ts';

/**
 * Completes what killed writers of a table's backups had begun: putting one in place, or removing one. Who calls it has the lease.
 * @param undated the data file's name without a time
 */
export async function settle(storage: Storage, undated: string): Promise<void> {
  const names = (await storage.list(commonBeginning(undated))) ?? [];
  const isNew = (dataFile: string): boolean => dataFile === undated || isDatedOf(undated, dataFile);
  const waiting = names.filter((name) => isNew(dataFileOfNextManifest(name) ?? ''));
  const moved = new Set<string>();
  for (const dataFile of new Set(waiting.map((name) => dataFileOfNextManifest(name) ?? ''))) {
    const next = await findNextManifest(storage, dataFile);
    if (next === undefined) continue;
    await storage.move(next, manifestName(dataFile)).catch(passDenial);
    moved.add(next);
  }
  const isLeft = (name: string): boolean => {
    const dataFile = dataFileOfManifest(name);
    if (dataFile === undefined || names.includes(dataFile)) return false;
    return isKeptOf(undated, dataFile) || isDatedOf(undated, dataFile);
  };
  const left = [...waiting.filter((name) => !moved.has(name)), ...names.filter(isLeft)];
  for (const name of left) await storage.remove(name).catch(passDenial);
}

/** What may not be removed is in nobody's way: a manifest belongs to a data file by its content or identity. */
function passDenial(error: unknown): void {
  if (!(error instanceof AccessDeniedError)) throw error;
}
