import { TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import type { RecordTypeName } from '../../src/schemas/record-type.ts';
import { recordTypes } from '../../src/schemas/record-types.ts';
import { examples, pathsOf } from './examples.ts';

/** For each field: values that are taken, and values that are refused. */
const fields: { readonly [name in RecordTypeName]: { readonly [field: string]: readonly [unknown[], unknown[]] } } = {
  accessToken: {
    accessToken: [['x'], ['', 1, null, undefined, 'x'.repeat(2049), 'ü'.repeat(1025)]],
    refreshToken: [
      ['x', undefined],
      ['', 1],
    ],
    username: [['ada'], ['', {}]],
    expirationTime: [
      [4102444800, 4102444800000, undefined],
      ['4102444800', -1, 1.5, Number.NaN, 5n],
    ],
    createdAt: [
      [0, 1577836800000, undefined],
      [-1, 1.5, '2020-01-01', 1577836800000n, null],
    ],
    updatedAt: [[1577836800000], ['']],
  },
  asyncOperation: {
    id: [['1'], ['', undefined]],
    status: [
      ['RUNNING', 'SUCCEEDED', 'RUNNER_FAILED', 'TASK_FAILED'],
      ['running', '', undefined],
    ],
    description: [
      ['x', ''],
      [undefined, 1],
    ],
    operationType: [
      ['ES Index', 'Bulk Granules', 'Bulk Delete', 'Kinesis Replay', 'Reconciliation Report'],
      ['Bulk', undefined],
    ],
    output: [['{}', undefined], [{}]],
    taskArn: [['arn:aws:ecs:us-east-1:0:task/1'], ['']],
  },
  collection: {
    name: [
      ['MOD09GQ', 'A___B', 'A_'],
      ['', undefined],
    ],
    version: [
      ['006', '1_2', '1__2'],
      ['', undefined, '1'.repeat(1025)],
    ],
    files: [[[]], [undefined, {}]],
    dataType: [['MOD09GQ'], [1]],
    process: [['modis'], [1]],
    provider_path: [
      ['', 'a/b', undefined],
      [1, null],
    ],
    url_path: [['{a}/b'], [1]],
    duplicateHandling: [
      ['error', 'skip', 'replace', 'version', undefined],
      ['', 'overwrite'],
    ],
    reportToEms: [
      [true, false, undefined],
      ['true', 1],
    ],
    ignoreFilesConfigForDiscovery: [[true], ['true']],
    meta: [
      [{}, { any: [{ thing: 12345678901234567890n, none: null }] }],
      [[], 'x'],
    ],
    tags: [
      [[], ['a']],
      ['a', [1]],
    ],
  },
  execution: {
    arn: [
      ['arn:aws:states:us-east-1:0:execution:A:1', 'arn:aws-us-gov:states:us-gov-west-1:0:execution:A:1'],
      ['', '1', 'arn:aws', undefined],
    ],
    name: [['1'], ['', undefined]],
    status: [
      ['running', 'completed', 'failed', 'unknown'],
      ['RUNNING', 'aborted', undefined],
    ],
    execution: [['https://console'], ['']],
    error: [
      [{}, { Error: 'E', Cause: '{}' }],
      ['None', []],
    ],
    tasks: [[{}, { 0: { name: 'A' } }], [[]]],
    type: [['IngestGranule'], ['']],
    originalPayload: [
      [{}, { a: 1 }, [], [{ a: 1 }]],
      ['x', 1, null],
    ],
    finalPayload: [[{}, [1]], ['x']],
    collectionId: [
      ['A___1', undefined],
      ['', 'A', 'A__1'],
    ],
    duration: [
      [0, 82.5],
      ['82.5', Number.POSITIVE_INFINITY],
    ],
    parentArn: [['arn:aws:states:us-east-1:0:execution:A:1'], ['']],
    asyncOperationId: [['1'], ['']],
    redriveCount: [
      [0, 3, undefined],
      [-1, 0.5, '1'],
    ],
    timestamp: [[1577836800000, undefined], ['now']],
    updatedAt: [[1577836800000, undefined], ['now']],
  },
  file: {
    bucket: [['b'], ['', undefined]],
    key: [
      ['a/b', 'ü'.repeat(512)],
      ['', undefined, 'ü'.repeat(513)],
    ],
    granuleId: [['G1'], ['', undefined]],
  },
  granule: {
    granuleId: [['G1'], ['', undefined, 'x'.repeat(1025)]],
    collectionId: [
      ['A___1', 'A___B___1', '____1'],
      ['', 'A', 'A___', '___1', 'A____', undefined],
    ],
    status: [
      ['running', 'completed', 'failed'],
      ['unknown', '', undefined],
    ],
    execution: [['https://console'], ['', undefined]],
    pdrName: [['P1', undefined], ['']],
    cmrLink: [['https://cmr'], [1]],
    published: [
      [true, false, undefined],
      ['true', 1, null],
    ],
    duration: [[0, 82.5, -0.5], ['1']],
    files: [
      [[], [{}], [{ bucket: 'b', key: 'k', fileName: 'k', size: 0, type: 'data', source: 's' }], [{ checksum: 1 }]],
      [{}, ['b']],
    ],
    error: [[{}], ['None']],
    productVolume: [
      [0, 1924854],
      [-1, 0.5, '1'],
    ],
    timeToPreprocess: [[0.501], ['0']],
    timeToArchive: [[5.2], ['0']],
    beginningDateTime: [['2016-12-23T00:00:00.000Z'], [0]],
    endingDateTime: [['2016-12-23'], [0]],
    processingStartDateTime: [['2016-12-23'], [0]],
    processingEndDateTime: [['2016-12-23'], [0]],
    lastUpdateDateTime: [['2016-12-23'], [0]],
    productionDateTime: [['2016-12-23'], [0]],
    provider: [
      ['s3', undefined],
      ['', null],
    ],
    dataType: [['MOD09GQ'], [1]],
    version: [['006'], [6]],
    redriveCount: [[0, 3], [-1]],
    timestamp: [[1577836800000], ['now']],
  },
  pdr: {
    pdrName: [['P1'], ['', undefined]],
    provider: [['s3'], ['', undefined]],
    collectionId: [['A___1'], ['A', undefined]],
    status: [
      ['running', 'failed', 'completed'],
      ['unknown', undefined],
    ],
    progress: [
      [0, 33.3, 100],
      [-1, 101, '50'],
    ],
    execution: [['https://console', undefined], ['']],
    PANSent: [[false], ['false']],
    PANmessage: [['N/A', ''], [1]],
    stats: [[{ processing: 0, completed: 1, failed: 0, total: 1 }], [[]]],
    address: [['a'], [1]],
    originalUrl: [['a'], [1]],
    duration: [[100], ['1']],
    redriveCount: [[0], [0.5]],
    timestamp: [[1577836800000], ['now']],
    updatedAt: [[1577836800000, undefined], ['now']],
  },
  provider: {
    id: [['s3'], ['', undefined]],
    globalConnectionLimit: [
      [1, 10, undefined],
      [0, -1, 1.5, '10'],
    ],
    protocol: [
      ['http', 'https', 'ftp', 'sftp', 's3', undefined],
      ['', 'gopher'],
    ],
    host: [['data.example.gov'], ['', undefined]],
    port: [
      [1, 65535, undefined],
      [0, 65536, 80.5, '80'],
    ],
    username: [['x'], [1, null]],
    password: [['x'], [1, null]],
    encrypted: [[true, false], ['true']],
    privateKey: [['key'], [1]],
    cmKeyId: [['key'], [1]],
    updatedAt: [[1577836800000, undefined], ['now']],
  },
  rule: {
    name: [
      ['a_B9', '_'],
      ['', 'a-b', 'a b', 'ä', 'a\n', undefined],
    ],
    workflow: [['W'], ['', undefined]],
    provider: [
      ['s3', undefined],
      ['', {}],
    ],
    collection: [[{ name: 'A', version: '1' }], [undefined, 'A___1']],
    rule: [
      [{ type: 'onetime' }, { type: 'onetime', value: '' }],
      [undefined, 'onetime'],
    ],
    state: [
      ['ENABLED', 'DISABLED', undefined],
      ['enabled', ''],
    ],
    meta: [[{ a: 1 }], ['a']],
    queueName: [['startSF'], ['']],
    tags: [[['a']], ['a']],
  },
  semaphore: {
    key: [['k'], ['', undefined]],
    semvalue: [
      [0, 3],
      [-1, 0.5, '1', undefined],
    ],
  },
  user: {
    userName: [['ada'], ['', undefined]],
    password: [['hash', undefined], ['']],
    expires: [[4102444800000], ['2100-01-01', -1]],
    createdAt: [[0, undefined], ['']],
    updatedAt: [[0, undefined], ['']],
  },
};

for (const [name, cases] of Object.entries(fields) as [RecordTypeName, (typeof fields)[RecordTypeName]][]) {
  describe(`a ${name}`, () => {
    test('with the required fields alone is taken', async () => expect(await pathsOf(name, {})).toEqual([]));

    test.each(Object.keys(examples[name]))('is refused without %s, which is named', async (field) => {
      expect(await pathsOf(name, { [field]: undefined })).toContain(field);
    });

    test.each(Object.entries(cases))('takes and refuses values of %s', async (field, [taken, refused]) => {
      for (const value of taken) expect([value, await pathsOf(name, { [field]: value })]).toEqual([value, []]);
      for (const value of refused) {
        const paths = await pathsOf(name, { [field]: value });
        const own = paths.filter((path) => path === field || path.startsWith(`${field}[`));
        expect([value, paths.length > 0, own]).toEqual([value, true, paths]);
      }
    });
  });
}

test.each([
  ['granule', { files: [{}, { size: -1 }] }, 'files[1].size'],
  ['granule', { files: [{ size: 1.5 }] }, 'files[0].size'],
  ['granule', { files: [{ checksum: {} }] }, 'files[0].checksum'],
  ['granule', { files: [{ path: 'a' }] }, 'files[0].path'],
  ['pdr', { stats: { processing: -1, completed: 0, failed: 0, total: 0 } }, 'stats.processing'],
  ['pdr', { stats: { processing: 0, completed: 0, failed: 0 } }, 'stats.total'],
  ['pdr', { stats: { processing: 0, completed: 0, failed: 0, total: 0, more: 0 } }, 'stats.more'],
  ['rule', { collection: { name: '', version: '1' } }, 'collection.name'],
  ['rule', { collection: { name: 'A' } }, 'collection.version'],
  ['rule', { rule: { type: 'sometimes' } }, 'rule.type'],
  ['rule', { rule: {} }, 'rule.type'],
  ['rule', { rule: { type: 'onetime', arn: 1 } }, 'rule.arn'],
  ['rule', { rule: { type: 'onetime', when: 1 } }, 'rule.when'],
  ['collection', { tags: ['a', 1] }, 'tags[1]'],
] as const)('a %s is refused for what is within %j, named by its path', async (name, change, path) => {
  expect(await pathsOf(name, change)).toEqual([path]);
});

/** The fields that are keys of tables and indexes, each with the most bytes that DynamoDB takes. */
const KEYS = TABLE_DEFINITIONS.flatMap(({ name, indexes, ...table }) =>
  Object.values(recordTypes)
    .filter((type) => type.table === name)
    .flatMap((type) =>
      [table, ...indexes].flatMap(({ hashKey, rangeKey, ...index }) => [
        [type.name, hashKey, 2048] as const,
        ...(rangeKey === undefined || 'rangeType' in index ? [] : [[type.name, rangeKey, 1024] as const]),
      ]),
    ),
);

test('no record has a field that is too long for a key of its table, or of an index', async () => {
  const keys = KEYS.filter(([, field]) => field !== 'status');
  expect(keys.length).toBeGreaterThan(20);
  for (const [name, field, bytes] of keys) {
    const { violations } = await recordTypes[name].check({ ...examples[name], [field]: 'x'.repeat(bytes + 1) });
    expect(violations).toContainEqual({
      path: field,
      message: expect.stringMatching(/^must not be longer than \d+ bytes$/),
    });
  }
});
