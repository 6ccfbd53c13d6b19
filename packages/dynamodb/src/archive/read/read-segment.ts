import { createHash } from 'node:crypto';
import { readLines } from '../../backup/format/lines.ts';
import { gunzip } from '../../storage/gunzip.ts';
import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type Change, parseChange, parseHeader, type SegmentHeader } from '../format/segment.ts';

/** A segment that was read to its end, and is what it was when it was written, as far as it says itself. */
export interface ReadSegment {
  readonly name: string;
  readonly header: SegmentHeader;
  /** Bytes as they are stored, and their SHA-256 in hexadecimal. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Takes a change with its line. What it returns is awaited before the next one. */
export type TakeChange = (change: Change, line: Buffer) => Promise<void> | undefined;

/**
 * Reads a segment to its end, and proves it: its lines by the SHA-256 in its header, their number and their order. What was taken before
 * the end is proved only once this has returned.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readSegment(
  storage: Storage,
  name: string,
  take: TakeChange = () => undefined,
  abortSignal?: AbortSignal,
): Promise<ReadSegment> {
  const path = storage.pathOf(name);
  const file = await storage.open(name);
  const stored = createHash('sha256');
  const body = createHash('sha256');
  let header: SegmentHeader | undefined;
  let changes = 0;
  let position: StreamPosition = 'start';
  const measured = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of file.chunks(false)) {
      abortSignal?.throwIfAborted();
      stored.update(chunk);
      yield chunk;
    }
  };
  try {
    for await (const lines of readLines(gunzip(measured()), path)) {
      for (const { bytes } of lines) {
        if (header === undefined) {
          header = headerOf(path, bytes.toString('utf8'));
          continue;
        }
        body.update(bytes).update('\n');
        const change = parseChange(bytes.toString('utf8'));
        changes += 1;
        if (change === undefined) throw new ArchiveDamagedError(path, `line ${changes + 1} is not a change`);
        if (!isAfter(change.sequenceNumber, position)) {
          throw new ArchiveDamagedError(path, `line ${changes + 1} is not in the order of the sequence numbers`);
        }
        position = change.sequenceNumber as StreamPosition;
        await take(change, bytes);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw new ArchiveDamagedError(path, `it cannot be unpacked (${(error as Error).message})`, error);
    }
    throw error;
  } finally {
    await file.close();
  }
  if (header === undefined) throw new ArchiveDamagedError(path, 'it is empty');
  if (body.digest('hex') !== header.sha256 || changes !== header.changes) {
    throw new ArchiveDamagedError(path, 'its changes are not those that its first line says');
  }
  return { name, header, bytes: file.status.size, sha256: stored.digest('hex') };
}

function headerOf(path: string, text: string): SegmentHeader {
  const header = parseHeader(text);
  if (typeof header === 'string') throw new ArchiveDamagedError(path, header);
  return header;
}
