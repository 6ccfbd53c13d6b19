import { CumulusError } from '../aws/errors.ts';

/** A table whose changes cannot be archived: it has no stream of new images. */
export class NotArchivableError extends CumulusError {
  readonly code = 'NOT_ARCHIVABLE';
  readonly table: string;

  constructor(table: string, problem: string) {
    super(`The changes of table ${table} cannot be archived: ${problem}.`, [
      'Nothing was written.',
      'Enable its stream with NEW_AND_OLD_IMAGES or NEW_IMAGE, or back the table up instead.',
    ]);
    this.table = table;
  }
}

/** A file of an archive that is missing, or is not what it was when it was written. */
export class ArchiveDamagedError extends CumulusError {
  readonly code = 'ARCHIVE_DAMAGED';
  /** The path or URL. */
  readonly file: string;
  /** What is wrong, after the file's name. */
  readonly damage: string;

  /** @param problem what is wrong, after the file's name */
  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}.`, ['Take this file from another copy of the archive.'], cause);
    this.file = file;
    this.damage = problem;
  }
}

/** A time of which an archive does not have the state of a table. */
export class TimeNotArchivedError extends CumulusError {
  readonly code = 'TIME_NOT_ARCHIVED';
  readonly table: string;

  constructor(table: string, problem: string, advice: readonly string[] = []) {
    super(problem, advice);
    this.table = table;
  }
}

/** A table's archive has no base that its changes belong to, and the table is larger than a base may be. */
export class BaseTooLargeError extends CumulusError {
  readonly code = 'BASE_TOO_LARGE';
  readonly table: string;

  constructor(table: string, bytes: number, maxBaseBytes: number) {
    super(
      `The archive of ${table} has no base for its changes: the table has about ${bytes} bytes, and a base has less than ${maxBaseBytes}.`,
      [
        'Its changes are archived, but no time since its last base can be restored.',
        'Make a dated backup of it in the archive, read with strong consistency, where the time is not limited.',
      ],
    );
    this.table = table;
  }
}

/** The clock of this machine differs from DynamoDB's by so much that a base would claim seconds that it does not have. */
export class ClockDiffersError extends CumulusError {
  readonly code = 'CLOCK_DIFFERS';
  readonly table: string;

  /** @param difference in milliseconds, positive if this machine's clock is ahead */
  constructor(table: string, difference: number) {
    const seconds = Math.ceil(Math.abs(difference) / 1000);
    const direction = difference > 0 ? 'ahead of' : 'behind';
    super(`No base of ${table} can be made: the clock of this machine is ${seconds} s ${direction} DynamoDB's.`, [
      'Its changes are archived.',
      'Set the clock, such as by NTP. A base says by it which changes come after.',
    ]);
    this.table = table;
  }
}

/** What an archive has nothing of: a table, the tables of a prefix, or any table. */
export class TableNotArchivedError extends CumulusError {
  readonly code = 'TABLE_NOT_ARCHIVED';
  /** The table, or the prefix of tables; undefined for any table. */
  readonly wanted: string | undefined;
  /** The tables that the archive has. */
  readonly known: readonly string[];

  /** @param archive where it is */
  constructor(
    archive: string,
    { table, prefix }: { readonly table?: string | undefined; readonly prefix?: string | undefined },
    known: readonly string[],
  ) {
    const ofPrefix = prefix === undefined ? 'any table' : `a table of the prefix ${prefix}`;
    super(`${archive} has no archive of ${table === undefined ? ofPrefix : `table ${table}`}.`);
    this.wanted = table ?? prefix;
    this.known = known;
  }
}
