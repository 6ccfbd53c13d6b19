import { isDeepStrictEqual } from 'node:util';
import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import type { TableName } from '@cumulus/dynamodb/tables';
import * as z from 'zod';
import type { Violation } from '../errors.ts';
import { ExpressionSearch } from '../expressions/expression-search.ts';
import { describePath, type FieldPath, hasPath } from './field-path.ts';
import type { RecordOf } from './schema-types.ts';
import { violationsOfStorage } from './storage-limits.ts';

/** The names of the types of records, one for each table. */
export const RECORD_TYPES = [
  'accessToken',
  'asyncOperation',
  'collection',
  'execution',
  'file',
  'granule',
  'pdr',
  'provider',
  'rule',
  'semaphore',
  'user',
] as const;

export type RecordTypeName = (typeof RECORD_TYPES)[number];

/**
 * A type of records: where they are, what they look like, and the check that every write of one passes.
 *
 * @typeParam R a record as the table holds it
 * @typeParam K the fields of the key
 */
export interface RecordType<R extends object, K extends keyof R & string> {
  readonly name: RecordTypeName;
  /** The Name of the table. */
  readonly table: TableName;
  /** The fields of the key, in the order of the table's key. All are strings. */
  readonly key: readonly K[];
  /** All fields that the schema knows. */
  readonly fields: readonly string[];
  /** Whether records have `createdAt` and `updatedAt`, which the model keeps. */
  readonly hasTimes: boolean;
  /** The fields that have to fit each other. To change one of them, give {@link checkChanges} what is stored. */
  readonly ruledFields: readonly string[];
  /** The record as its table holds it. Rules over several fields are beyond it. */
  readonly schema: z.ZodObject;
  /**
   * Checks a whole record, of whatever type it is, and fills in its defaults. `createdAt` and `updatedAt` may be left to the
   * model.
   * @param stored the record in the table. What it has already is allowed: fields that no schema knows, its key, and fields
   * with the same value, so that a record that an earlier release wrote can be written back as it was read. What is refused
   * without it may be allowed with it, never the other way round.
   * @param search searches by the record's regular expressions; one for all checks of a request bounds their time together
   */
  check(
    record: unknown,
    stored?: PlainItem,
    search?: ExpressionSearch,
  ): Promise<{ readonly record: PlainItem; readonly violations: readonly Violation[] }>;
  /**
   * Checks changes of single fields. The other fields are not looked at, so that a record which is wrong elsewhere can be
   * corrected step by step; but what the changed fields have to fit must fit them. No defaults are filled in.
   * @param remove fields to take away; those that every record has cannot be
   * @param stored as for {@link check}; needed if one of the {@link ruledFields} is changed
   * @param search as for {@link check}
   */
  checkChanges(
    changes: unknown,
    remove?: readonly string[],
    stored?: PlainItem,
    search?: ExpressionSearch,
  ): Promise<{ readonly changes: PlainItem; readonly violations: readonly Violation[] }>;
}

/**
 * What the fields of a record demand beyond its schema. Fields may be absent or of any type: the schema reports those.
 * @param stored the record that is in the table already, if it is known
 */
type RecordRules = (
  record: PlainItem,
  stored: PlainItem | undefined,
  search: ExpressionSearch,
) => readonly Violation[] | Promise<readonly Violation[]>;

interface Definition<S extends z.ZodObject, K extends keyof RecordOf<S> & string> {
  readonly name: RecordTypeName;
  readonly table: TableName;
  readonly key: readonly K[];
  readonly schema: S;
  readonly ruledFields?: readonly (keyof RecordOf<S> & string)[];
  readonly rules?: RecordRules;
}

const TIMES: readonly string[] = ['createdAt', 'updatedAt'];

/** A type of records out of its schema, its key, and the rules over several fields. */
export function defineRecordType<S extends z.ZodObject, K extends keyof RecordOf<S> & string>({
  name,
  table,
  key,
  schema,
  ruledFields = [],
  rules = () => [],
}: Definition<S, K>): RecordType<RecordOf<S>, K> {
  const shape = new Map(Object.entries<z.ZodType>(schema.shape));
  const withoutTimes = z.strictObject(
    Object.fromEntries([...shape].map(([field, type]) => [field, TIMES.includes(field) ? type.optional() : type])),
  );
  const anyFields = schema.partial();

  const violationsOfRemoval = (field: string, stored: PlainItem | undefined): readonly Violation[] => {
    const type = shape.get(field);
    if (type === undefined) return violationsOfUnknown([field], stored);
    if (type instanceof z.ZodOptional && !TIMES.includes(field)) return [];
    return [{ path: field, message: `cannot be removed: every ${name} has it` }];
  };

  const violationsOfKey = (changes: PlainItem): readonly Violation[] =>
    key
      .filter((field) => Object.hasOwn(changes, field))
      .map((path) => ({ path, message: 'is part of the key, which cannot be changed' }));

  const violationsOfRules = async (
    record: PlainItem,
    stored: PlainItem | undefined,
    search: ExpressionSearch,
  ): Promise<readonly Violation[]> => {
    const found = await rules(record, stored, search);
    // What rules compare with each other has to be unchanged as a whole.
    if (found.length === 0 || stored === undefined || !ruledFields.every((field) => isAsStored(field, record, stored)))
      return found;
    return found.filter((violation) => !isAsStored(fieldOf(violation), record, stored));
  };

  return {
    name,
    table,
    key,
    fields: [...shape.keys()],
    hasTimes: shape.has('updatedAt'),
    ruledFields,
    schema,
    async check(record, stored, search = new ExpressionSearch()) {
      if (!isObject(record)) return { record: {}, violations: NO_OBJECT };
      const whole = withDefaults(shape, record);
      const ofSchema = violationsOfSchema(withoutTimes, record, stored);
      const violations = [...ofSchema, ...(await violationsOfRules(record, stored, search))];
      return { record: whole, violations: withStorage(violations, whole, stored) };
    },
    async checkChanges(changes, remove = [], stored = undefined, search = new ExpressionSearch()) {
      if (!isObject(changes)) return { changes: {}, violations: NO_OBJECT };
      const violations = [
        ...violationsOfKey(changes),
        ...violationsOfSchema(anyFields, changes, stored),
        ...remove.flatMap((field) => violationsOfRemoval(field, stored)),
        ...(await violationsBroughtAbout(rules, search, changes, stored)),
      ];
      return { changes, violations: withStorage(violations, changes, stored) };
    },
  };
}

const NO_OBJECT: readonly Violation[] = [{ path: '', message: 'must be an object' }];

/** Whether a field is as it is in the table, or absent from both. */
function isAsStored(field: string, record: PlainItem, stored: PlainItem | undefined): boolean {
  return stored !== undefined && field !== '' && isDeepStrictEqual(record[field], stored[field]);
}

/** Adds what DynamoDB would refuse, where nothing was found fault with yet. */
function withStorage(
  violations: readonly Violation[],
  record: PlainItem,
  stored: PlainItem | undefined,
): readonly Violation[] {
  const reported = violations.map(({ path }) => path).filter((path) => path !== '');
  const isWithin = (path: string): boolean =>
    reported.some((other) => path.startsWith(other) && /^$|^[.[]/.test(path.slice(other.length)));
  const ofStorage = violationsOfStorage(record).filter(
    (violation) => !isWithin(violation.path) && !isAsStored(fieldOf(violation), record, stored),
  );
  return [...violations, ...ofStorage];
}

function violationsOfSchema(schema: z.ZodType, record: PlainItem, stored: PlainItem | undefined): Violation[] {
  const { error } = schema.safeParse(record, {
    error: ({ input }) => (input === undefined ? 'is required' : input === null ? 'must not be null' : undefined),
  });
  return (error?.issues ?? [])
    .flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [{ path: describePath(issue.path), message: issue.message }];
      return issue.keys.flatMap((field) => violationsOfUnknown([...issue.path, field], stored));
    })
    .filter((violation) => !isAsStored(fieldOf(violation), record, stored));
}

function violationsOfUnknown(path: FieldPath, stored: PlainItem | undefined): readonly Violation[] {
  return hasPath(stored, path) ? [] : [{ path: describePath(path), message: 'is not a known field' }];
}

/** What the schema's parser answers would lack unknown fields that are allowed: only its defaults are taken. */
function withDefaults(shape: ReadonlyMap<string, z.ZodType>, record: PlainItem): PlainItem {
  const absent = [...shape].filter(([field, type]) => type instanceof z.ZodDefault && record[field] === undefined);
  return { ...record, ...Object.fromEntries(absent.map(([field, type]) => [field, type.parse(undefined)])) };
}

/** The violations of rules that changes bring about: those of what is changed, and those that were not there before. */
async function violationsBroughtAbout(
  rules: RecordRules,
  search: ExpressionSearch,
  changes: PlainItem,
  stored: PlainItem = {},
): Promise<Violation[]> {
  const before = new Set((await rules(stored, stored, search)).map(identityOf));
  return (await rules({ ...stored, ...changes }, stored, search)).filter(
    (violation) => Object.hasOwn(changes, fieldOf(violation)) || !before.has(identityOf(violation)),
  );
}

function identityOf({ path, message }: Violation): string {
  return `${path}: ${message}`;
}

/** The record's field that a violation lies in. */
function fieldOf({ path }: Violation): string {
  return path.replace(/[.[].*/s, '');
}
