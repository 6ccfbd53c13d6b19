import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import {
  InvalidCursorError,
  RecordAlreadyExistsError,
  RecordDoesNotExistError,
  SchemaValidationError,
} from '../../src/errors.ts';
import type { RecordModel } from '../../src/models/record-model.ts';
import { RECORD_TYPES, type RecordTypeName } from '../../src/schemas/record-type.ts';
import { recordTypes } from '../../src/schemas/record-types.ts';
import { examples } from '../schemas/examples.ts';
import { Deployment } from './deployment.ts';

type Fields = { readonly [field: string]: unknown };
type TestedName = Exclude<RecordTypeName, 'accessToken'>;
type AnyModel = RecordModel<Fields, Fields, string>;

/** An optional field and a required one of each type, with other values than those of the examples. */
const changesOf: { readonly [name in TestedName]: { optional: Fields; required: Fields } } = {
  asyncOperation: { optional: { output: '{}' }, required: { status: 'SUCCEEDED' } },
  collection: { optional: { dataType: 'MOD' }, required: { files: [] } },
  execution: { optional: { duration: 1.5 }, required: { status: 'completed' } },
  file: { optional: {}, required: { granuleId: 'G2' } },
  granule: { optional: { error: { Error: 'E' } }, required: { status: 'failed' } },
  pdr: { optional: { progress: 50 }, required: { status: 'completed' } },
  provider: { optional: { port: 8080 }, required: { host: 'other.example.gov' } },
  rule: { optional: { queueName: 'slow' }, required: { workflow: 'Other' } },
  semaphore: { optional: {}, required: { semvalue: 3 } },
  user: { optional: { expires: 7 }, required: {} },
};

/** How often two writers meet. */
const ROUNDS = sizeOf({ usual: 6, whole: 20 });

/** All types but access tokens, whose model has only what logins need. */
const TYPES = RECORD_TYPES.filter((name): name is TestedName => name !== 'accessToken');

onDynamoDBLocal('a model', () => {
  const deployment = new Deployment({ tables: TYPES.map((name) => recordTypes[name].table), indexes: 'all' });

  function modelOf(name: TestedName): AnyModel {
    const models = deployment.models();
    return models[`${name}s`] as unknown as AnyModel;
  }

  function keyOf(name: TestedName, record: Fields = examples[name]): Record<string, string> {
    return Object.fromEntries(recordTypes[name].key.map((field) => [field, String(record[field])]));
  }

  async function rowOf(name: TestedName): Promise<Fields> {
    const [row, ...others] = await deployment.items(recordTypes[name].table);
    expect(others).toEqual([]);
    return row ?? {};
  }

  /** The requests that some work sends, by the keys of each. */
  async function readsOf(work: () => Promise<unknown>): Promise<readonly number[]> {
    const sent: number[] = [];
    deployment.client.middlewareStack.add(
      (next) => (args) => {
        const { RequestItems = {} } = args.input as BatchGetItemCommandInput;
        sent.push(Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys).length);
        return next(args);
      },
      { step: 'initialize', name: 'count' },
    );
    await work().finally(() => deployment.client.middlewareStack.remove('count'));
    return sent;
  }

  async function addUnknown(name: TestedName): Promise<void> {
    await deployment.put(recordTypes[name].table, { ...(await rowOf(name)), 'a.b': { odd: [1, 'ü'] } });
  }

  test('reads by one request the records that are wanted at once, each as its latest write left it', async () => {
    const [granules, pdrs] = [modelOf('granule'), modelOf('pdr')];
    const key = keyOf('granule');
    const created = await granules.create(examples.granule);
    let found: readonly unknown[] = [];
    const reads = await readsOf(async () => {
      found = await Promise.all([
        granules.get(key),
        granules.find({ granuleId: 'absent' }),
        pdrs.exists({ pdrName: 'absent' }),
        granules.get(key),
      ]);
    });
    expect(found).toEqual([created, undefined, false, created]);
    expect(reads).toEqual([3]);
    await granules.updateFrom(key, { status: 'failed' });
    expect(await Promise.all([granules.get(key), granules.get(key)])).toMatchObject([
      { status: 'failed' },
      { status: 'failed' },
    ]);
  });

  test.each(TYPES)('of the type %s creates a record once, and reads it', async (name) => {
    const model = modelOf(name);
    const key = keyOf(name);
    expect(await model.exists(key)).toBe(false);
    expect(await model.find(key)).toBeUndefined();
    await expect(model.get(key)).rejects.toThrow(RecordDoesNotExistError);
    await expect(model.update(key, changesOf[name].required)).rejects.toThrow(RecordDoesNotExistError);
    await expect(model.replace(examples[name])).rejects.toThrow(RecordDoesNotExistError);
    expect(await model.delete(key)).toBe(false);

    const created = await model.create(examples[name]);
    const times = recordTypes[name].hasTimes ? { createdAt: 1_000, updatedAt: 1_000 } : {};
    expect(created).toMatchObject({ ...examples[name], ...times });
    expect(await model.get(key)).toEqual(created);
    expect(await rowOf(name)).toEqual(created);

    deployment.now = 2_000;
    await expect(model.create({ ...examples[name], ...changesOf[name].required })).rejects.toThrow(
      RecordAlreadyExistsError,
    );
    expect(await model.get(key)).toEqual(created);
    expect(await model.exists(key)).toBe(true);
    expect(await model.delete(key)).toBe(true);
    expect(await model.exists(key)).toBe(false);
  });

  test.each(TYPES)('of the type %s changes named fields only, and removes', async (name) => {
    const model = modelOf(name);
    const key = keyOf(name);
    const { optional, required } = changesOf[name];
    await model.create({ ...examples[name], ...optional });
    await addUnknown(name);
    const before = await rowOf(name);

    deployment.now = 2_000;
    const updated = recordTypes[name].hasTimes ? { updatedAt: 2_000 } : {};
    expect(await model.update(key, required)).toEqual({ ...before, ...required, ...updated });
    expect(await rowOf(name)).toEqual({ ...before, ...required, ...updated });

    await model.update(key, {}, [...Object.keys(optional), 'a.b', 'a.b']);
    const { 'a.b': _, ...known } = before;
    const left = Object.fromEntries(Object.entries(known).filter(([field]) => !(field in optional)));
    expect(await rowOf(name)).toEqual({ ...left, ...required, ...updated });
  });

  test.each(TYPES)('of the type %s refuses changes that must not be', async (name) => {
    const model = modelOf(name);
    const key = keyOf(name);
    await model.create(examples[name]);
    const before = await rowOf(name);
    const [first = ''] = Object.keys(changesOf[name].required);
    const wrong: [Fields, string[]][] = [
      ...Object.keys(key).flatMap((field): [Fields, string[]][] => [
        [{ [field]: 'other' }, []],
        [{}, [field]],
      ]),
      [{ createdAt: 1 }, []],
      [{ updatedAt: 1 }, []],
      [{}, ['createdAt']],
      [{}, ['updatedAt']],
      [{ unknown: 1 }, []],
      [{}, ['unknown']],
      ...(first === '' ? [] : [[changesOf[name].required, [first]] as [Fields, string[]]]),
      ...(first === '' ? [] : [[{}, [first]] as [Fields, string[]]]),
    ];
    for (const [changes, remove] of wrong) {
      const error = await model.update(key, changes, remove).catch((thrown: unknown) => thrown);
      expect([changes, remove, error]).toEqual([changes, remove, expect.any(SchemaValidationError)]);
    }
    for (const remove of [['createdAt'], Object.keys(key), ['unknown']]) {
      await expect(model.replace(examples[name], remove)).rejects.toThrow(SchemaValidationError);
    }
    await expect(model.create({ ...examples[name], unknown: 1 })).rejects.toThrow(SchemaValidationError);
    await expect(model.replace({ ...examples[name], unknown: 1 })).rejects.toThrow(SchemaValidationError);
    await expect(model.get({})).rejects.toThrow(SchemaValidationError);
    expect(await rowOf(name)).toEqual(before);
  });

  test.each(TYPES)('of the type %s replaces a record', async (name) => {
    const model = modelOf(name);
    const { optional, required } = changesOf[name];
    const created = await model.create({ ...examples[name], ...optional });
    await addUnknown(name);
    deployment.now = 2_000;
    const updated = recordTypes[name].hasTimes ? { updatedAt: 2_000 } : {};
    const kept = Object.fromEntries(Object.entries(created).filter(([field]) => !(field in optional)));
    const after = { ...kept, ...required, ...updated, 'a.b': { odd: [1, 'ü'] } };
    expect(await model.replace({ ...examples[name], ...required })).toEqual(after);
    expect(await rowOf(name)).toEqual(after);
    // What the table has, though no schema knows it, may be given; and createdAt is not taken from who writes.
    const again = { ...examples[name], ...required, 'a.b': 2, ...(recordTypes[name].hasTimes ? { createdAt: 5 } : {}) };
    expect(await model.replace(again)).toEqual({ ...after, 'a.b': 2 });
    const { 'a.b': _, ...known } = after;
    expect(await model.replace({ ...examples[name], ...required }, ['a.b'])).toEqual(known);
  });

  test('takes unknown fields within fields only where the table has them', async () => {
    const { granules } = deployment.models();
    const granule = { ...examples.granule, files: [{ key: 'a', etag: 'x' }] } as never;
    await expect(granules.create(granule)).rejects.toThrow('files[0].etag: is not a known field');
    await deployment.put('GranulesTable', { ...(granule as Fields), createdAt: 1, updatedAt: 1 });
    expect(await granules.replace(granule)).toMatchObject({ files: [{ key: 'a', etag: 'x' }], createdAt: 1 });
    await expect(granules.update({ granuleId: 'G1' }, { files: [{ md5: 1 }] } as never)).rejects.toMatchObject({
      violations: [{ path: 'files[0].md5' }],
    });
  });

  test('gets, deletes and lists many', async () => {
    const { files } = deployment.models();
    const keys = Array.from({ length: 130 }, (_, number) => ({ bucket: 'b', key: `k${number}` }));
    await deployment.putMany(
      'FilesTable',
      keys.map((key) => ({ ...key, granuleId: 'G', createdAt: 1_000, updatedAt: 1_000 })),
    );

    const absent = { bucket: 'b', key: 'none' };
    const wanted = [keys[129], absent, ...keys.slice(0, 120), keys[129]].map((key) => key ?? absent);
    const got = await files.batchGet(wanted);
    expect(got.map(({ key }) => key)).toEqual(wanted.map(({ key }) => key).filter((key) => key !== 'none'));
    expect(await files.batchGet([])).toEqual([]);

    const pages: number[] = [];
    const seen = new Set<string>();
    for await (const { records } of files.list({ limit: 50 }).pages()) {
      pages.push(records.length);
      for (const { key } of records) seen.add(key);
    }
    expect(pages).toEqual([50, 50, 30]);
    expect(seen.size).toBe(130);
    const { cursor } = await files.list({ limit: 40 }).page();
    const rest: string[] = [];
    for await (const { key } of files.list({ limit: 40, ...(cursor === undefined ? {} : { cursor }) })) rest.push(key);
    expect(rest).toHaveLength(90);

    await files.batchDelete([...keys.slice(0, 128), absent]);
    expect(await deployment.items('FilesTable')).toHaveLength(2);
  });

  test('reports a cursor that is none of its list', async () => {
    const { files, granules } = deployment.models();
    for (const key of ['a', 'b']) await files.create({ bucket: 'b', key, granuleId: 'G' });
    const { cursor = '' } = await files.list({ limit: 1 }).page();
    const [list] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string];
    const forged = [
      ...[null, 7, 'text', {}, [], { bucket: 'b' }, { bucket: 'b', key: '' }, { bucket: 'b', key: 1 }].map((position) =>
        Buffer.from(JSON.stringify([list, position])).toString('base64url'),
      ),
      '',
      'nonsense',
      cursor.slice(0, -3),
      cursor.slice(3),
      Buffer.from('[1]').toString('base64url'),
    ];
    for (const one of forged) await expect(files.list({ cursor: one }).page()).rejects.toThrow(InvalidCursorError);
    await expect(granules.list({ cursor }).page()).rejects.toThrow(InvalidCursorError);
    for (const limit of [0, -1, 1.5, Number.NaN])
      await expect(files.list({ limit }).page()).rejects.toThrow(RangeError);
  });

  test('loses nothing of many writers at once', async () => {
    const { granules } = deployment.models();
    await granules.create(examples.granule as never);
    const changes = [
      { status: 'completed' },
      { published: true },
      { duration: 3 },
      { cmrLink: 'x' },
      { error: { Error: 'E' } },
      { timestamp: 9 },
      { version: '006' },
      { provider: 's3' },
      { pdrName: 'P' },
      { dataType: 'D' },
    ] as const;
    await Promise.all(changes.map((change) => granules.update({ granuleId: 'G1' }, change)));
    expect(await granules.get({ granuleId: 'G1' })).toMatchObject(Object.assign({}, ...changes));
  });

  test.each(['granule', 'rule'] as const)('creates a %s once, of many at once', async (name) => {
    const model = modelOf(name);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => model.create(examples[name])));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RecordAlreadyExistsError);
    }
  });

  test('replaces and updates at once as if one came after the other', async () => {
    const { granules } = deployment.models();
    for (let round = 0; round < ROUNDS; round += 1) {
      const granuleId = `G${round}`;
      const record = { ...examples.granule, granuleId } as never;
      await granules.create(record);
      await Promise.all([
        granules.replace({ ...(record as Fields), status: 'completed', version: '006' } as never),
        granules.update({ granuleId }, { status: 'failed', dataType: 'D' }),
      ]);
      const { status, dataType, version } = await granules.get({ granuleId });
      expect([
        ['completed', undefined, '006'],
        ['failed', 'D', '006'],
      ]).toContainEqual([status, dataType, version]);
    }
  });

  test("holds a collection's rules on what two updates at once end in", async () => {
    const { collections } = deployment.models();
    const { granuleId: _, ...collection } = examples.collection;
    const key = { name: 'MOD09GQ', version: '006' };
    await collections.create({ ...collection, granuleId: '.', granuleIdExtraction: '(.+)\\.\\w+' } as never);
    for (let round = 0; round < ROUNDS; round += 1) {
      await collections.update(key, { sampleFileName: 'MOD.A1.hdf', granuleIdExtraction: '(.+)\\.\\w+' });
      const outcomes = await Promise.allSettled([
        collections.update(key, { sampleFileName: 'MYD.A1.hdf' }),
        collections.update(key, { granuleIdExtraction: '^(MOD.+)\\.hdf$' }),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toEqual([{ status: 'rejected', reason: expect.any(SchemaValidationError) }]);
      const { sampleFileName, granuleIdExtraction } = await collections.get(key);
      expect(sampleFileName).toMatch(new RegExp(granuleIdExtraction));
    }
  });

  test('is modified by what it holds: of many at once who add a member to a list, none loses his', async () => {
    const { granules } = deployment.models();
    await granules.create({ ...(examples.granule as object), dataType: '' } as never);
    const key = { granuleId: String(examples.granule['granuleId']) };
    const letters = [...'abcdefgh'];
    await Promise.all(
      letters.map((letter) => granules.modify(key, ({ dataType = '' }) => ({ dataType: dataType + letter }))),
    );
    expect([...((await granules.get(key)).dataType ?? '')].sort()).toEqual(letters);
    const before = await granules.get(key);
    expect(await granules.modify(key, () => undefined)).toEqual(before);
    await expect(granules.modify({ granuleId: 'none' }, () => ({}))).rejects.toThrow(RecordDoesNotExistError);
  });

  test('takes the whole record for changes, where key and times are as they are', async () => {
    const { granules, semaphores } = deployment.models();
    const record = await granules.create(examples.granule as never);
    deployment.now = 2_000;
    const changed = await granules.update({ granuleId: record.granuleId }, { ...record, provider: 'other' } as never);
    expect(changed).toEqual({ ...record, provider: 'other', updatedAt: 2_000 });
    const moved = granules.update({ granuleId: record.granuleId }, { ...record, granuleId: 'other' } as never);
    await expect(moved).rejects.toThrow(SchemaValidationError);
    const semaphore = await semaphores.create({ key: 'S', semvalue: 1 });
    expect(await semaphores.update({ key: 'S' }, {})).toEqual(semaphore);
  });

  test.each([
    ['a date', new Date(0)],
    ['a function', () => 1],
    ['no number', Number.NaN],
    ['too large a number', 2 ** 60],
    ['too small a number', 1e-200],
    ['a list with a hole', [1, undefined, 2]],
    ['an empty name', { '': 1 }],
    ['a name that the SDK loses', JSON.parse('{"__proto__": 1}')],
    ['an empty set', new Set()],
    ['too deep a nesting', Array.from({ length: 40 }).reduce((inner) => [inner], 1)],
  ])('refuses %s in a free field, with its path, before anything is sent', async (_name, value) => {
    const { granules, providers, collections } = deployment.models();
    const [collection] = [examples.collection as never];
    await collections.create(collection);
    const key = { name: 'MOD09GQ', version: '006' };
    const refused = await collections.update(key, { meta: { within: value } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SchemaValidationError);
    expect(JSON.stringify((refused as SchemaValidationError).violations)).toContain('"path":"meta.within');
    const created = granules.create({ ...(examples.granule as object), error: { within: value } } as never);
    await expect(created).rejects.toThrow(SchemaValidationError);
    await expect(providers.create(null as never)).rejects.toThrow(SchemaValidationError);
    await expect(providers.get(undefined as never)).rejects.toThrow(SchemaValidationError);
    await expect(collections.update(key, null as never)).rejects.toThrow(SchemaValidationError);
  });

  test('refuses a record that is larger than an item can be', async () => {
    const { granules } = deployment.models();
    const created = granules.create({ ...(examples.granule as object), error: { text: 'x'.repeat(420_000) } } as never);
    await expect(created).rejects.toThrow(/takes 42\d{4} bytes; DynamoDB holds 409600 an item/);
  });

  test('keeps values that only DynamoDB and the SDK know', async () => {
    const { collections } = deployment.models();
    const meta = { set: new Set(['a']), bytes: new Uint8Array([1, 2]), whole: 12345678901234567890n };
    await deployment.put('CollectionsTable', { ...(examples.collection as object), meta });
    const { meta: read, ...key } = await collections.get({ name: 'MOD09GQ', version: '006' });
    expect((await collections.update(key, { meta: read ?? {}, process: 'p' })).meta).toEqual(meta);
  });
});
