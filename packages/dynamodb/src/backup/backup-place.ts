import type { BackupCheckpoint } from './backup-checkpoint.ts';
import type { BackupSource } from './backup-source.ts';
import type { BackupManifest } from './manifest.ts';

/** A data file that grows at its end: counted and hashed as it is written. */
export interface PartialBackup {
  readonly bytes: number;
  /** The SHA-256 of what was written so far, in hexadecimal. */
  readonly sha256: string;
  /** Appends all of the chunk, whose memory is free again afterwards. Calls must not overlap. */
  append(chunk: Uint8Array): Promise<void>;
  /** Has what was written so far where it survives a kill, if it can be continued from at all. */
  flush(): Promise<void>;
  /** Has all that was written in its place to the last byte; nothing is appended any more. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where the backups of one table are, on disk or in S3, and how a finished one takes the place of the one before: at one
 * moment, so that whenever the writer is killed a data file is found, the old or the new, with the manifest that belongs
 * to it.
 */
export interface BackupPlace {
  /** The data file, and its manifest: a path or URL each. */
  readonly data: string;
  readonly manifest: string;
  /** What becomes of a backup that stops now, and how to go on, a sentence each. */
  readonly leftWhenStopped: string;
  readonly howToContinue: string;

  /**
   * Takes the right to write, and ends a change of place that was cut off.
   * @throws BackupInProgressError if another writer has it
   */
  enter(): Promise<void>;
  /**
   * Makes sure that nobody took this writer for dead and its right away.
   * @throws BackupInProgressError if somebody did
   */
  check(): Promise<void>;
  /** Gives the right back, and removes what is of no use any more. */
  leave(): Promise<void>;

  /** Begins a data file anew; what an unfinished backup left is removed. */
  create(): Promise<PartialBackup>;
  /** How far a backup that was interrupted has come; undefined if there is none to be continued. */
  interrupted(): Promise<BackupCheckpoint | undefined>;
  /**
   * Goes on with the data file of an interrupted backup.
   * @throws ResumeMismatchError if it is not what its checkpoint says
   */
  continue(checkpoint: BackupCheckpoint): Promise<PartialBackup>;
  /** Notes how far the backup has come, where it can be continued at all. */
  saveCheckpoint(checkpoint: BackupCheckpoint): Promise<void>;
  /** Has the backup that was begun not be continued any more; what was read of it may stay to be looked at. */
  giveUp(): Promise<void>;
  /**
   * Puts the complete data file in the place of the one that was there, with its manifest.
   * @param keepAs the name under which that one stays
   */
  commit(manifest: BackupManifest, keepAs: string | undefined): Promise<void>;

  /** When the data file that is there was made; undefined if there is none. */
  timeOfCurrent(): Promise<Date | undefined>;
  /** The name for a backup made at this time, once another has taken its place. */
  keptName(time: Date): string;
  /** The earlier backups that stayed, the newest first. */
  kept(): Promise<readonly string[]>;
  /** Removes one of them, with its manifest. */
  removeKept(file: string): Promise<void>;
  /** Opens the data file, or an earlier one. */
  open(file: string): Promise<BackupSource>;
}
