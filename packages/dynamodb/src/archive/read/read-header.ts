import { constants, gunzipSync } from 'node:zlib';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { parseHeader, type SegmentHeader } from '../format/segment.ts';
import { readSegment } from './read-segment.ts';

/** Within so many bytes is the whole first line of a segment, but for one of very many gaps. */
const HEAD_BYTES = 16 * 1024;

/**
 * The first line of a segment, which alone is read. Nothing is proved.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readHeader(storage: Storage, name: string): Promise<SegmentHeader> {
  const file = await storage.open(name);
  try {
    const head = await file.head(HEAD_BYTES);
    const text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
    const end = text.indexOf('\n');
    if (end < 0) return (await readSegment(storage, name)).header;
    const header = parseHeader(text.slice(0, end));
    if (typeof header === 'string') throw new ArchiveDamagedError(storage.pathOf(name), header);
    return header;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw new ArchiveDamagedError(storage.pathOf(name), `it cannot be unpacked (${(error as Error).message})`, error);
    }
    throw error;
  } finally {
    await file.close();
  }
}
