import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { headerSha256, type MergedHeader, parseMergedHeader } from '../format/merged.ts';
import { readChangesFile, readFirstLine } from './read-changes-file.ts';
import type { ReadSegmentOptions } from './read-segment.ts';

/** A file of merged changes: the last change of each key between two seconds. */
export interface MergedChanges {
  readonly name: string;
  readonly header: MergedHeader;
  /** Bytes as they are stored. */
  readonly bytes: number;
  /** The SHA-256 of its first line, by which other files name it. */
  readonly sha256: string;
}

/** @throws ArchiveDamagedError where its first line cannot be read */
export async function openMerged(storage: Storage, name: string): Promise<MergedChanges> {
  const { header, text, bytes } = await readFirstLine(storage, name, parseMergedHeader);
  return { name, header, bytes, sha256: headerSha256(text) };
}

/**
 * Reads merged changes to their end, and proves them.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readMerged(
  storage: Storage,
  { name, sha256 }: Pick<MergedChanges, 'name' | 'sha256'>,
  { take, identities, abortSignal }: Omit<ReadSegmentOptions, 'takeIfOpen'> = {},
): Promise<void> {
  const { headerText } = await readChangesFile({
    ...{ storage, name, parseHeader: parseMergedHeader, identities, mayStayLocked: take === undefined, abortSignal },
    take: (change, line) => take?.(change, line),
  });
  if (headerSha256(headerText) === sha256) return;
  throw new ArchiveDamagedError(storage.pathOf(name), 'it is another file than it was a moment ago');
}
