import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type Change, parseHeader, type SegmentHeader } from '../format/segment.ts';
import { type ReadChangesFile, readChangesFile } from './read-changes-file.ts';

/** A segment that was read to its end, and is what it was when it was written, as far as it says itself. */
export type ReadSegment = Omit<ReadChangesFile<SegmentHeader>, 'headerText'>;

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
  let position: StreamPosition = 'start';
  return readChangesFile({
    ...{ storage, name, parseHeader, abortSignal },
    take: (change, line, number) => {
      if (!isAfter(change.sequenceNumber, position)) {
        const problem = `line ${number} is not in the order of the sequence numbers`;
        throw new ArchiveDamagedError(storage.pathOf(name), problem);
      }
      position = change.sequenceNumber as StreamPosition;
      return take(change, line);
    },
  });
}
