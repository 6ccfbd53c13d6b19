import type { KnownSettings } from '../../tables/named-settings.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Line } from '../format/lines.ts';
import type { ScanTime } from '../format/manifest.ts';
import type { Contents } from '../layout/layout.ts';
import type { Checkpoint } from '../store/checkpoint.ts';

/** The size and SHA-256 of the bytes that a reading went through, as they are stored, of all files one after the other. */
export interface BackupProof {
  readonly bytes: number;
  readonly sha256: string;
}

/** What a reading has shown of a backup as a whole. */
export interface BackupRead extends BackupProof, Contents {}

export interface LinesOptions {
  /** Whether the bytes of lines stay valid; else only until the next run is asked for, in memory used again. */
  readonly keep?: boolean | undefined;
  /** The table that the items are for, if it is known: some formats are read by its key. */
  readonly schema?: TableSchema | undefined;
}

/**
 * A backup that is open, of one file or several. It can be read several times, and each time holds the same, also when
 * another backup takes its name meanwhile; or the reading fails.
 */
export interface BackupSource {
  /** The path or URL, or its name in messages. */
  readonly name: string;
  /** Whether there is a manifest to prove it by. */
  readonly provable: boolean;
  /** How many items there are, if a manifest says so; else undefined. */
  readonly items: number | undefined;
  /** How often items point to an object in S3, which the backup does not hold, if a manifest says that there are any. */
  readonly pointersToS3?: number | undefined;
  /** About how many items there will be. */
  readonly expectedItems: number;
  /** The table that it is of, as far as a manifest says. */
  readonly tableName: string | undefined;
  readonly schema: TableSchema | undefined;
  /** Over which time its items were read, if a manifest says so. */
  readonly scan?: ScanTime | undefined;
  /** The settings of that table, as far as a manifest says. */
  readonly settings: KnownSettings | undefined;
  /**
   * Reads it from its start, in runs of lines, each to be gone through to its end before the next is asked for; empty
   * lines are passed over, but counted in the numbers. Of a file whose items are not a line each, each item is one. At the
   * end it returns the proof of what was read.
   * @throws InvalidLineError for a line that is too long or not UTF-8
   * @throws CorruptBackupError if a file is missing, cut short or damaged
   * @throws UnreadableFormatError for a format that is not read
   */
  lines(options?: LinesOptions): AsyncGenerator<Iterable<Line>, BackupRead>;
  /**
   * Reads it to its end without a look at its lines, which is much faster than {@link lines}.
   * @returns the proof if the manifest proves each line by it alone; else undefined
   */
  proveUnread(abortSignal?: AbortSignal): Promise<BackupProof | undefined>;
  /** Whether it is encrypted, and no secret key was given to open it; never true unless this is there. */
  isLocked?(): Promise<boolean>;
  /**
   * Reads it to its end as it is stored, without opening it.
   * @returns the proof
   * @throws CorruptBackupError if size or SHA-256 are not what the manifest says
   */
  proveStored?(abortSignal?: AbortSignal): Promise<BackupProof>;
  /** @throws CorruptBackupError if what was read is not what the manifest says; without a manifest all is taken */
  prove(proof: BackupProof, items: number): void;
  /** Where a line is that the last reading came to, by its number among all lines. */
  placeOf(line: number): LinePlace;
  /** The checkpoint of this name beside the backup. */
  checkpoint<State extends object>(name: string): Checkpoint<State>;
  close(): Promise<void>;
}
