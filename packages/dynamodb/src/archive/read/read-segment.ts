import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type Change, parseHeader, type SegmentHeader } from '../format/segment.ts';
import { type ReadChangesFile, readChangesFile } from './read-changes-file.ts';

/** A segment that was read to its end, and is what it was when it was written, as far as it says itself. */
export type ReadSegment = Omit<ReadChangesFile<SegmentHeader>, 'headerText'>;

/** Takes a change with its line. What it returns is awaited before the next one. */
export type TakeChange = (change: Change, line: Buffer) => Promise<void> | undefined;

export interface ReadSegmentOptions {
  /** Takes each change. An encrypted segment has to be opened for it. */
  readonly take?: TakeChange | undefined;
  /** Takes the changes of segments that are not encrypted, and of others if a secret key is given. */
  readonly takeIfOpen?: TakeChange | undefined;
  /** Secret keys of age, of which one opens the segment if it is encrypted. */
  readonly identities?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads a segment to its end, and proves it: what follows its header by the SHA-256 there, its changes by their number and order. What was
 * taken before the end is proved only once this has returned. An encrypted segment is proved by the SHA-256 alone if nobody has to take its
 * changes and no secret key is given.
 * @throws ArchiveDamagedError; FileLockedError for an encrypted one without the right secret key; FileError, StorageError
 */
export async function readSegment(
  storage: Storage,
  name: string,
  { take, takeIfOpen = take, identities, abortSignal }: ReadSegmentOptions = {},
): Promise<ReadSegment> {
  let position: StreamPosition = 'start';
  return readChangesFile({
    ...{ storage, name, parseHeader, identities, mayStayLocked: take === undefined, abortSignal },
    take: (change, line, number) => {
      if (!isAfter(change.sequenceNumber, position)) {
        const problem = `line ${number} is not in the order of the sequence numbers`;
        throw new ArchiveDamagedError(storage.pathOf(name), problem);
      }
      position = change.sequenceNumber as StreamPosition;
      return takeIfOpen?.(change, line);
    },
  });
}
