import { CumulusError, type NextStep } from '../aws/errors.ts';

/** Tables of a deployment's prefix that have to exist do not; each is named. */
export class TablesMissingError extends CumulusError {
  readonly code = 'TABLES_MISSING';
  readonly tables: readonly string[];

  constructor(tables: readonly string[], where: string, advice: readonly string[]) {
    super(`${tables.length === 1 ? 'Table' : 'Tables'} ${tables.join(', ')} missing in ${where}.`, advice);
    this.tables = tables;
  }
}

/** A table that is to be read or written is still being made, or is going away. */
export class TableNotActiveError extends CumulusError {
  readonly code = 'TABLE_NOT_ACTIVE';
}

/** A table was deleted in the middle of a work on it; another one of its name may have been made. */
export class TableReplacedError extends CumulusError {
  readonly code = 'TABLE_REPLACED';
  /** How the work is taken up again, where it has written to the table. */
  readonly next: NextStep | undefined;

  constructor(problem: string, advice: readonly string[] = [], next?: NextStep) {
    super(problem, advice);
    this.next = next;
  }
}

/** A backup's items, or its table's key, do not fit the table in question. */
export class KeySchemaMismatchError extends CumulusError {
  readonly code = 'KEY_SCHEMA_MISMATCH';
}
