import type { PlainItem } from '@cumulus/dynamodb/items';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecordAlreadyExistsError, RecordDoesNotExistError, SchemaValidationError } from '../../src/errors.ts';
import type { GranuleModel } from '../../src/models/granules.ts';
import { granuleType } from '../../src/schemas/granule.ts';
import { examples } from '../schemas/examples.ts';
import { Deployment } from './deployment.ts';

/** Fields that no schema knows, with names that break expressions which are written out. */
const UNKNOWN = ['name', 'size', 'a.b', 'x y', '#n0', ':v0', 'año', 'x[0]', 'SET', "it's"];
const OPTIONAL = ['timestamp', 'error', 'duration', 'provider', 'version', 'files'];
const DEFAULTED = ['published'];
const REQUIRED = ['status', 'collectionId', 'execution'];

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer(),
  fc.constantFrom(null, true, '', [], {}, 0.1, -1e-7),
  text,
  fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    text,
    { maxKeys: 3 },
  ),
);
const valueFor: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ...Object.fromEntries(UNKNOWN.map((name) => [name, anything])),
  timestamp: fc.nat(),
  error: fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    anything,
    { maxKeys: 3 },
  ),
  duration: fc.integer().map((number) => number / 8),
  provider: text,
  version: fc.string(),
  files: fc.array(fc.record({ key: text, size: fc.nat() }, { requiredKeys: [] }), { maxLength: 2 }),
  published: fc.boolean(),
  status: fc.constantFrom('running', 'completed', 'failed'),
  collectionId: fc.constantFrom('a___1', 'b___2'),
  execution: text,
};

/** Values of some fields, of which unknown ones are rarer, since one that the table does not have is refused. */
function fieldsOf(names: readonly string[], unknown: number): fc.Arbitrary<PlainItem> {
  return fc
    .tuple(fc.subarray([...names]), fc.subarray(UNKNOWN, { maxLength: unknown }))
    .chain(([known, odd]) =>
      fc.record(Object.fromEntries([...known, ...odd].map((name) => [name, valueFor[name] as never]))),
    );
}

const wholes = fc
  .tuple(
    fc.record(Object.fromEntries(REQUIRED.map((name) => [name, valueFor[name] as never]))),
    fieldsOf([...OPTIONAL, ...DEFAULTED], 1),
  )
  .map(([required, others]): PlainItem => ({ ...required, ...others }));

const removals = fc.oneof(
  { weight: 4, arbitrary: fc.subarray([...OPTIONAL, 'a.b', 'name', 'SET'], { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.subarray([...REQUIRED, 'createdAt', 'granuleId'], { maxLength: 1 }) },
);

type Operation =
  | { readonly kind: 'create'; readonly record: PlainItem }
  | { readonly kind: 'update'; readonly changes: PlainItem; readonly remove: readonly string[] }
  | { readonly kind: 'replace'; readonly record: PlainItem; readonly remove: readonly string[] }
  | { readonly kind: 'delete' }
  /** What another release writes: a whole item, with any fields. */
  | { readonly kind: 'foreign'; readonly record: PlainItem };

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), record: wholes }),
  fc.record({
    kind: fc.constant('update' as const),
    changes: fieldsOf([...OPTIONAL, ...DEFAULTED, ...REQUIRED], 1),
    remove: removals,
  }),
  fc.record({ kind: fc.constant('replace' as const), record: wholes, remove: removals }),
  fc.record({ kind: fc.constant('delete' as const) }),
  fc.record({
    kind: fc.constant('foreign' as const),
    record: fc.tuple(wholes, fieldsOf([], UNKNOWN.length)).map(([whole, odd]) => ({ ...whole, ...odd })),
  }),
);

/** What an operation ends in: the record that it returns, or the error. */
type Result =
  | PlainItem
  | boolean
  | typeof SchemaValidationError
  | typeof RecordDoesNotExistError
  | typeof RecordAlreadyExistsError;

/** A model as it should be, without a table. */
class Reference {
  stored: PlainItem | undefined;

  do(operation: Operation, now: number): Result {
    const { stored } = this;
    const isUnknown = (field: string) => UNKNOWN.includes(field) && !(field in (stored ?? {}));
    const isOwn = (field: string) => ['granuleId', 'createdAt', 'updatedAt'].includes(field);
    const cannotGo = (field: string) => ![...OPTIONAL, ...UNKNOWN].includes(field) || isUnknown(field);
    switch (operation.kind) {
      case 'foreign':
        this.stored = { granuleId: 'G1', ...operation.record, createdAt: 5, updatedAt: 5 };
        return true;
      case 'delete':
        this.stored = undefined;
        return stored !== undefined;
      case 'create':
        if (Object.keys(operation.record).some((field) => UNKNOWN.includes(field))) return SchemaValidationError;
        if (stored !== undefined) return RecordAlreadyExistsError;
        this.stored = {
          granuleId: 'G1',
          published: false,
          timestamp: now,
          ...operation.record,
          createdAt: now,
          updatedAt: now,
        };
        return this.stored;
      case 'update': {
        const { changes, remove } = operation;
        if (remove.some((field) => isOwn(field) || field in changes)) return SchemaValidationError;
        if (stored === undefined) return RecordDoesNotExistError;
        if (Object.keys(changes).some(isUnknown) || remove.some(cannotGo)) return SchemaValidationError;
        this.stored = without({ ...stored, ...changes, updatedAt: now }, remove);
        return this.stored;
      }
      case 'replace': {
        const { record, remove } = operation;
        if (remove.some(isOwn)) return SchemaValidationError;
        if (stored === undefined) return RecordDoesNotExistError;
        if (Object.keys(record).some(isUnknown) || remove.some(cannotGo)) return SchemaValidationError;
        const { granuleId, createdAt } = stored;
        const stays = [...UNKNOWN, 'timestamp'];
        const kept = Object.fromEntries(Object.entries(stored).filter(([field]) => stays.includes(field)));
        const after = { ...kept, published: false, ...record, granuleId, createdAt, updatedAt: now };
        this.stored = without(after, remove);
        return this.stored;
      }
    }
  }
}

function without(record: PlainItem, fields: readonly string[]): PlainItem {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)));
}

async function doReally(granules: GranuleModel, deployment: Deployment, operation: Operation): Promise<unknown> {
  const key = { granuleId: 'G1' };
  switch (operation.kind) {
    case 'foreign':
      await deployment.put('GranulesTable', { ...key, ...operation.record, createdAt: 5, updatedAt: 5 });
      return true;
    case 'delete':
      return granules.delete(key);
    case 'create':
      return granules.create({ ...key, ...operation.record } as never);
    case 'update':
      return granules.update(key, operation.changes as never, operation.remove);
    case 'replace':
      return granules.replace({ ...key, ...operation.record } as never, operation.remove);
  }
}

onDynamoDBLocal('a model of granules', () => {
  const deployment = new Deployment({ tables: ['GranulesTable'] });

  test('does what one in memory does, whatever it is given and however fields are called', async () => {
    expect(granuleType.fields).toEqual(expect.arrayContaining(Object.keys(examples.granule)));
    const granules = deployment.models();
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 1, maxLength: 8 }), async (sequence) => {
        await deployment.empty('GranulesTable');
        const reference = new Reference();
        for (const operation of sequence) {
          deployment.now += 1;
          const expected = reference.do(operation, deployment.now);
          const result = await doReally(granules.granules, deployment, operation).catch((error: unknown) => error);
          if (typeof expected === 'function') expect(result).toBeInstanceOf(expected);
          else expect(result).toEqual(expected);
          expect(await granules.granules.find({ granuleId: 'G1' })).toEqual(reference.stored);
        }
      }),
      { numRuns: sizeOf({ usual: 38, whole: 150 }) },
    );
  });
});
