import { CumulusError } from '@cumulus/dynamodb/aws';

/** The fields of a record's key with their values: `{ name: 'MOD09GQ', version: '006' }`. */
export type RecordKey = { readonly [field: string]: string };

/** A record's type and key in words: `granule granuleId "G1"`. */
function describeRecord(recordType: string, key: RecordKey): string {
  const named = Object.entries(key).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
  return named.length === 0 ? recordType : `${recordType} ${named.join(', ')}`;
}

/** An error about one record, which it names by type and key. */
abstract class RecordError extends CumulusError {
  readonly recordType: string;
  readonly key: RecordKey;

  constructor(recordType: string, key: RecordKey, problem: string, advice: readonly string[] = []) {
    super(`The ${describeRecord(recordType, key)} ${problem}`, advice);
    this.recordType = recordType;
    this.key = key;
  }
}

/** A record that has to exist does not. */
export class RecordDoesNotExistError extends RecordError {
  readonly code = 'RECORD_DOES_NOT_EXIST';
  constructor(recordType: string, key: RecordKey) {
    super(recordType, key, 'does not exist.');
  }
}

/** A record that was to be created exists already, and was left as it is. */
export class RecordAlreadyExistsError extends RecordError {
  readonly code = 'RECORD_ALREADY_EXISTS';
  constructor(recordType: string, key: RecordKey) {
    super(recordType, key, 'exists already.', ['It was left as it is.']);
  }
}

/** A workflow has a record whose id belongs to another collection, or provider; the existing record was left as it is. */
export class RecordOfAnotherError extends CumulusError {
  readonly code = 'RECORD_OF_ANOTHER';
  readonly recordType: string;
  readonly key: RecordKey;

  constructor(recordType: string, key: RecordKey, problem: string, advice: readonly string[]) {
    super(problem, advice);
    this.recordType = recordType;
    this.key = key;
  }
}

/** A granule of another collection. @param held the collection that has it @param given the one that the workflow is of */
export function granuleOfAnother(granuleId: string, held: string, given: string): RecordOfAnotherError {
  const problem = `Granule ${JSON.stringify(granuleId)} belongs to collection ${held}, not to ${given}.`;
  return new RecordOfAnotherError('granule', { granuleId }, problem, [
    'Its record and those of its files were left as they are.',
    `If it should belong to ${given}, delete its record, and replay the event.`,
  ]);
}

/** A PDR of another provider. @param held the provider that has it @param given the one that the workflow is of */
export function pdrOfAnother(pdrName: string, held: string, given: string): RecordOfAnotherError {
  const problem = `PDR ${JSON.stringify(pdrName)} belongs to provider ${held}, not to ${given}.`;
  return new RecordOfAnotherError('pdr', { pdrName }, problem, [
    'Its record was left as it is.',
    `If it should belong to ${given}, delete its record, and replay the event.`,
  ]);
}

/** A collection or provider cannot be deleted, because rules name it. */
export class AssociatedRulesError extends RecordError {
  readonly code = 'ASSOCIATED_RULES';
  /** The names of all rules that name the record, sorted. */
  readonly rules: readonly string[];

  constructor(recordType: string, key: RecordKey, rules: readonly string[]) {
    super(recordType, key, `is used by the rules ${rules.join(', ')}.`, [
      'Nothing was deleted.',
      'Delete these rules first, or change them to use another one.',
    ]);
    this.rules = rules;
  }
}

/** A rule cannot be written just now, because a collection or provider that it names is being deleted. */
export class RecordBeingDeletedError extends RecordError {
  readonly code = 'RECORD_BEING_DELETED';
  constructor(recordType: string, key: RecordKey) {
    super(recordType, key, 'is being deleted.', ['Nothing was written.', 'Check whether it is gone, and try again.']);
  }
}

/** A semaphore has no place left. */
export class SemaphoreFullError extends RecordError {
  readonly code = 'SEMAPHORE_FULL';
  constructor(key: string, max: number) {
    super('semaphore', { key }, `has no free place of its ${max}.`, ['Try again when one is free.']);
  }
}

/** A difference between a record and its schema. */
export interface Violation {
  /** Where it is: `files[0].regex`; empty for the record as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A record, or a change to one, does not fit its schema. Nothing was written. */
export class SchemaValidationError extends CumulusError {
  readonly code = 'SCHEMA_VALIDATION';
  readonly recordType: string;
  /** The fields of the key, as far as they were given. */
  readonly key: RecordKey;
  /** Everything that is wrong. */
  readonly violations: readonly Violation[];

  constructor(recordType: string, key: RecordKey, violations: readonly Violation[]) {
    super(
      `The ${describeRecord(recordType, key)} is not valid, and was not written:`,
      violations.map(describeViolation),
    );
    this.recordType = recordType;
    this.key = key;
    this.violations = violations;
  }
}

function describeViolation({ path, message }: Violation): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** A list's cursor is not one that this list gave. */
export class InvalidCursorError extends CumulusError {
  readonly code = 'INVALID_CURSOR';
}

/** A page of a list is too far behind the first one to be reached by one answer. */
export class PageTooFarError extends CumulusError {
  readonly code = 'PAGE_TOO_FAR';
  constructor(page: number) {
    super(`Page ${page} of this list is too far from the start of the list for one request.`, [
      'Request the pages before it first, or page by cursor: meta.next of each page gets the next one.',
      'Or add a filter, such as a status, a collectionId or a time.',
    ]);
  }
}

/** A table does not have a secondary index by which lists are read (yet). Lists are then read in another way, and more slowly. */
export class IndexMissingError extends CumulusError {
  readonly code = 'INDEX_MISSING';
  readonly table: string;
  readonly index: string;

  constructor(table: string, index: string, cause: unknown) {
    super(
      `Table ${table} has no index ${index}: lists that need it are slower, and incomplete if the table is large.`,
      ['Apply the Terraform module data-persistence of this release: it adds the index to the table in place.'],
      cause,
    );
    this.table = table;
    this.index = index;
  }
}
