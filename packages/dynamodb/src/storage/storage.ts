import type { Lease } from './lease.ts';

/** A file's status. */
export interface FileStatus {
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
  /** Changes when another file takes the name. */
  readonly version: string;
  /** The metadata that the file was created with; empty where the storage keeps none. */
  readonly metadata: Metadata;
  /** The archive that it has to be restored from before it can be read or copied, such as `GLACIER`. */
  readonly archivedIn?: string | undefined;
  /** Until when it cannot be removed for good, by S3 Object Lock, as far as that may be known. */
  readonly lockedUntil?: Date | undefined;
}

/** A version of a file that another one, or a removal, has hidden. */
export interface EarlierVersion {
  readonly id: string;
  readonly modified: Date;
  /** In bytes. */
  readonly size: number;
}

/** Texts that are stored with a file, by their names. */
export interface Metadata {
  readonly [name: string]: string;
}

/** A file that is open. It holds the same bytes however often it is read, also when another takes its name; or reading fails. */
export interface StoredFile {
  /** The path or URL, or what the file is called in messages instead. */
  readonly name: string;
  readonly status: FileStatus;
  /** Its first bytes, as many as there are up to this number. */
  head(bytes: number): Promise<Buffer>;
  /**
   * Its bytes from the start. There can be several readings at once.
   * @param keep whether chunks stay valid; else only until the next is asked for, in memory used again
   */
  chunks(keep: boolean): AsyncGenerator<Buffer, void>;
  close(): Promise<void>;
}

/** A file that grows at its end, counted and hashed as it is written. It has no name that readers know until it is published. */
export interface NewFile {
  readonly bytes: number;
  /** The SHA-256 of what was written so far, in hexadecimal. */
  readonly sha256: string;
  /** Appends all of the chunk, whose memory is free again afterwards. Calls must not overlap. */
  append(chunk: Uint8Array): Promise<void>;
  /** Makes what was written so far outlast a kill, where the storage can resume a file. */
  flush(): Promise<void>;
  /** Stores everything to the last byte; nothing is appended any more. */
  finish(): Promise<void>;
  /** Gives the finished file its name, at one moment, in place of what had it. */
  publish(): Promise<void>;
  /** Ends the work on it. A file that is not published is removed, unless the storage can resume it. */
  close(): Promise<void>;
}

export interface NewFileOptions {
  /** The storage's own unless given. */
  readonly contentType: string | undefined;
  readonly metadata: Metadata;
  /** About how many bytes there will be. */
  readonly expectedBytes: number;
  /** In S3, whether it gets its name only where nothing has it; publishing fails otherwise. */
  readonly isNew?: boolean | undefined;
  /** Ends requests that are under way. */
  readonly abortSignal?: AbortSignal | undefined;
}

export interface ReadOptions {
  /** The most that the file may have, in bytes; 64 MB unless given. */
  readonly maxBytes?: number | undefined;
  /** Refuses a name that is a link. Names that only this software gives are none, unless somebody planted one. */
  readonly refuseLinks?: boolean | undefined;
}

/** What a file that is not published yet is called, where it can be resumed. */
export const PARTIAL_SUFFIX = '.partial';

/**
 * Files under one directory or prefix, by their names in it. What fails is a FileError on disk, and in S3 a StorageError or one
 * of those that any request to AWS ends in.
 */
export interface Storage {
  /** The path or URL, without a slash at its end. */
  readonly location: string;
  /** The most bytes that a name takes. */
  readonly maxNameBytes: number;
  /** Whether a file in the making outlives its writer, as `NAME.partial`, and can be resumed. */
  readonly canResume: boolean;
  /** Whether files keep the metadata that they are created with. */
  readonly keepsMetadata: boolean;

  /** The path or URL of a file. */
  pathOf(name: string): string;
  /** Creates the directory if it is missing. */
  prepare(): Promise<void>;
  /** @throws FileError where a name is that of something else than a file, a pipe for instance; a file need not be there */
  requireFiles(names: readonly string[]): Promise<void>;

  /** undefined if there is no such file */
  find(name: string): Promise<FileStatus | undefined>;
  /** The whole of a small file; undefined if there is none. */
  read(name: string, options?: ReadOptions): Promise<Buffer | undefined>;
  /**
   * @param calledAs what to call it in messages; its path or URL unless given
   * @throws FileError, StorageError if there is no such file
   */
  open(name: string, calledAs?: string): Promise<StoredFile>;
  /** The names with this prefix, in order, without those in folders; undefined if the directory does not exist. */
  list(prefix: string): Promise<readonly string[] | undefined>;

  /** Writes a small file in place of what has the name, at one moment. */
  write(name: string, content: string): Promise<void>;
  /**
   * Writes a small file, at one moment, where nothing has the name.
   * @returns false if something has it, which stays. In S3, that may be this content, if the first answer was lost
   */
  writeNew(name: string, content: Uint8Array): Promise<boolean>;
  /**
   * Removes a file, if it is there.
   * @returns whether the storage keeps what it removed as an earlier version, as a bucket with versioning does
   */
  remove(name: string): Promise<boolean>;
  /** Hidden versions of a file, the newest first; none where the storage keeps none, or nobody may look at them. */
  earlierVersions(name: string): Promise<readonly EarlierVersion[]>;
  /** Gives a file another name, in place of what has that. */
  move(from: string, to: string): Promise<void>;
  /**
   * Copies a file, which stays, at one moment. A copy that is there already, made by a writer that was killed, is left.
   * @throws FileError, StorageError if something else has the name
   */
  copy(from: string, to: string): Promise<void>;

  /** Creates a file that is written bit by bit, and published at its end. */
  create(name: string, options: NewFileOptions): Promise<NewFile>;
  /**
   * Goes on with a file that was not finished: proves by its SHA-256 as many bytes as are known, and cuts off the rest.
   * @throws ResumeMismatchError if it is not what is known
   */
  resume(name: string, known: Pick<NewFile, 'bytes' | 'sha256'>): Promise<NewFile>;
  /**
   * Removes what writers that were killed had begun.
   * @param prefix what the names of their files begin with
   * @param isWanted decides by such a file's name
   */
  removeUnfinished(prefix: string, isWanted: (name: string) => boolean): Promise<void>;

  /**
   * Takes the right to write a file, which one process has at a time.
   * @throws LeaseHeldError if another process has it
   */
  lease(name: string): Promise<Lease>;
}
