import { describe, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { MAX_ITEM_BYTES, storedSize } from '../../src/schemas/storage-limits.ts';

const START = 1577836800000;
const TIME = START + 5000;
const COLLECTION = { name: 'MOD09GQ', version: '006' };

interface Parts {
  readonly cumulus_meta?: object;
  readonly meta?: object;
  readonly payload?: unknown;
  readonly exception?: unknown;
}

/** The records of a completed workflow's message with these parts. */
function recordsOf({ cumulus_meta = {}, meta = {}, ...others }: Parts, redriveCount?: number) {
  const message = parseMessage({
    cumulus_meta: {
      execution_name: 'run1',
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: START,
      workflow_stop_time: START + 4500,
      ...cumulus_meta,
    },
    meta: { status: 'completed', collection: COLLECTION, provider: { id: 'p' }, ...meta },
    ...others,
  });
  return recordsOfMessage(message, { time: TIME, ...(redriveCount === undefined ? {} : { redriveCount }) });
}

const granulesOf = (...granules: readonly unknown[]) => ({ payload: { granules } });

describe('the execution', () => {
  test('has what the message knows beside the status', () => {
    const tasks = { 0: { name: 'SyncGranule', version: '1', arn: 'arn:x' } };
    const { execution } = recordsOf({
      cumulus_meta: { parentExecutionArn: 'arn:parent', asyncOperationId: 'op1' },
      meta: { workflow_name: 'IngestGranule', workflow_tasks: tasks },
      payload: { a: 1 },
    });
    expect(execution).toMatchObject({ parentArn: 'arn:parent', asyncOperationId: 'op1', type: 'IngestGranule', tasks });
  });

  test('is the one that the event is of, where that is known, and the granules are its', () => {
    const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:Publish:run2';
    const message = parseMessage({
      cumulus_meta: {
        execution_name: 'run1',
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: START,
      },
      meta: { status: 'running', collection: COLLECTION },
      ...granulesOf({ granuleId: 'G1' }),
    });
    const { execution, granules } = recordsOfMessage(message, { time: TIME, executionArn });
    expect(execution).toMatchObject({ arn: executionArn, name: 'run2' });
    expect(execution.execution).toMatch(/Publish:run2$/);
    expect(granules[0]?.execution).toBe(execution.execution);
  });

  test('has no collection where its version would make an id that cannot be taken apart', () => {
    expect(recordsOf({ meta: { collection: { name: 'MOD09GQ', version: '___' } } }).execution).not.toHaveProperty(
      'collectionId',
    );
  });

  test('has its payload as original while running, as final afterwards, whether completed or failed', () => {
    const payload = { a: 1 };
    const running = recordsOf({ meta: { status: 'running' }, payload }).execution;
    expect(running).toMatchObject({ originalPayload: payload, duration: 0 });
    expect(running).not.toHaveProperty('finalPayload');
    for (const status of ['completed', 'failed'] as const) {
      const ended = recordsOf({ meta: { status }, payload }).execution;
      expect(ended).toMatchObject({ status, finalPayload: payload, duration: 4.5 });
      expect(ended).not.toHaveProperty('originalPayload');
    }
  });

  test('lasts 0 s if nobody knows when it stopped', () => {
    expect(recordsOf({ cumulus_meta: { workflow_stop_time: null } }).execution.duration).toBe(0);
  });

  test('lacks what the message lacks: no empty text, no null', () => {
    const { execution } = recordsOf({
      cumulus_meta: { parentExecutionArn: '', asyncOperationId: null },
      meta: { workflow_name: '', collection: { name: 'MOD09GQ', version: '' }, provider: null },
      payload: null,
    });
    expect(Object.keys(execution).sort()).toEqual(
      ['arn', 'createdAt', 'duration', 'execution', 'name', 'status', 'timestamp', 'updatedAt'].sort(),
    );
  });

  test.each([undefined, null, '', 'None', {}])('the exception %p is none', (exception) => {
    const { execution, granules } = recordsOf({ exception, ...granulesOf({ granuleId: 'g' }) });
    expect(execution).not.toHaveProperty('error');
    expect(granules[0]).not.toHaveProperty('error');
  });

  test.each([
    [
      { Error: 'E', Cause: '{"errorMessage":"no"}' },
      { Error: 'E', Cause: '{"errorMessage":"no"}' },
    ],
    ['it broke', { Error: 'Unknown Error', Cause: 'it broke' }],
    [['it', 'broke'], { Error: 'Unknown Error', Cause: ['it', 'broke'] }],
  ])('the exception %j is the error of execution and granules, and leaves the status as it is', (exception, error) => {
    const { execution, granules } = recordsOf({ exception, ...granulesOf({ granuleId: 'g' }) });
    expect(execution).toMatchObject({ error, status: 'completed' });
    expect(granules[0]).toMatchObject({ error, status: 'completed' });
  });

  test('a payload that is neither object nor list is left out, and reported', () => {
    const { execution, problems } = recordsOf({ payload: 'all of it' });
    expect(execution).not.toHaveProperty('finalPayload');
    expect(problems).toEqual([
      {
        record: 'execution',
        path: 'payload',
        reason: 'is neither an object nor a list, and was left out',
        isPartial: true,
      },
    ]);
  });

  test('a payload beyond what an item holds is left out, and reported; the rest is recorded', () => {
    const { execution, problems } = recordsOf({
      meta: { workflow_tasks: { 0: { name: 'small' } } },
      payload: { text: 'x'.repeat(400 * 1024) },
      exception: { Cause: 'small' },
    });
    expect(execution).not.toHaveProperty('finalPayload');
    expect(execution).toMatchObject({
      tasks: { 0: { name: 'small' } },
      error: { Cause: 'small' },
      status: 'completed',
    });
    expect(problems).toEqual([
      {
        record: 'execution',
        path: 'payload',
        reason: "makes a record beyond 409600 bytes, DynamoDB's limit, and was left out",
        isPartial: true,
      },
    ]);
  });

  test('nothing small is left out for what is too large beside it', () => {
    const { execution, problems } = recordsOf({
      payload: { small: true },
      exception: { Cause: 'x'.repeat(400 * 1024) },
    });
    expect(execution).not.toHaveProperty('error');
    expect(execution).toMatchObject({ finalPayload: { small: true } });
    expect(problems).toMatchObject([{ record: 'execution', path: 'exception', isPartial: true }]);
  });

  test('what DynamoDB cannot hold within a payload is kept as its JSON text', () => {
    const { execution } = recordsOf({
      payload: { big: 1e300, tiny: 1e-200, long: 2 ** 64, fine: -1.5, odd: { '': [1] }, none: null },
    });
    expect(execution.finalPayload).toEqual({
      big: '1e+300',
      tiny: '1e-200',
      long: '18446744073709552000',
      fine: -1.5,
      odd: '{"":[1]}',
      none: null,
    });
  });
});

describe('the redrive count', () => {
  const parts = { payload: { granules: [{ granuleId: 'g' }], pdr: { name: 'P' } } };

  test('is in execution, granules and PDR', () => {
    const { execution, granules, pdr } = recordsOf(parts, 2);
    expect([execution, ...granules, pdr].map((record) => record?.redriveCount)).toEqual([2, 2, 2]);
  });

  test.each([undefined, 0])('is absent for %p', (redriveCount) => {
    const { execution, granules, pdr } = recordsOf(parts, redriveCount);
    for (const record of [execution, ...granules, pdr]) expect(record).not.toHaveProperty('redriveCount');
  });
});

describe('a granule', () => {
  test('takes durations of its tasks in milliseconds, and what it says of CMR', () => {
    const { granules } = recordsOf({
      meta: { pdr: { name: 'P.PDR' } },
      ...granulesOf({
        granuleId: 'g',
        cmrLink: 'https://cmr/g',
        published: true,
        sync_granule_duration: 1250,
        post_to_cmr_duration: 640,
        status: 'failed',
      }),
    });
    expect(granules).toStrictEqual([
      {
        granuleId: 'g',
        collectionId: 'MOD09GQ___006',
        pdrName: 'P.PDR',
        provider: 'p',
        // The workflow's, whatever the granule says itself.
        status: 'completed',
        execution:
          'https://console.aws.amazon.com/states/home?region=us-east-1#/executions/details/arn:aws:states:us-east-1:123456789012:execution:Ingest:run1',
        cmrLink: 'https://cmr/g',
        published: true,
        productVolume: 0,
        timeToPreprocess: 1.25,
        timeToArchive: 0.64,
        processingStartDateTime: '2020-01-01T00:00:00.000Z',
        processingEndDateTime: '2020-01-01T00:00:04.500Z',
        duration: 5,
        timestamp: TIME,
        createdAt: START,
        updatedAt: TIME,
      },
    ]);
  });

  test('has no time of its processing’s end while it is running, and no provider if the message has none', () => {
    const [granule] = recordsOf({
      cumulus_meta: { workflow_stop_time: undefined },
      meta: { status: 'running', provider: { id: '' } },
      ...granulesOf({ granuleId: 'g' }),
    }).granules;
    expect(granule).not.toHaveProperty('processingEndDateTime');
    expect(granule).not.toHaveProperty('provider');
  });

  test('is published only if it says so', () => {
    const granules = [true, false, null, 'no'].map((published, number) => ({ granuleId: `g${number}`, published }));
    const records = recordsOf(granulesOf(...granules)).granules;
    expect(records.map(({ published }) => published)).toEqual([true, false, false, false]);
  });

  test('granules keep the order of the message', () => {
    const ids = Array.from({ length: 30 }, (_, number) => `g${(number * 7) % 30}`);
    const { granules } = recordsOf(granulesOf(...ids.map((granuleId) => ({ granuleId }))));
    expect(granules.map(({ granuleId }) => granuleId)).toEqual(ids);
  });

  test('one that cannot be recorded is reported with its place, and stops no other', () => {
    const { granules, files, problems } = recordsOf(
      granulesOf(
        { granuleId: 'first', files: [{ bucket: 'b', key: '1' }] },
        null,
        { files: [] },
        { granuleId: '' },
        { granuleId: 'x'.repeat(1025) },
        { granuleId: 'no-list', files: {} },
        { granuleId: 'no-object', files: [{ bucket: 'b', key: '2' }, 's3://b/3'] },
        { granuleId: 'last', files: null },
      ),
    );
    expect(granules.map(({ granuleId }) => granuleId)).toEqual(['first', 'last']);
    expect(granules[1]).not.toHaveProperty('files');
    expect(files.map(({ key }) => key)).toEqual(['1']);
    const record = 'granule';
    expect(problems).toEqual([
      { record, index: 1, path: 'payload.granules[1]', reason: 'is not an object' },
      { record, index: 2, path: 'payload.granules[2].granuleId', reason: 'is missing, empty, or not a text' },
      { record, index: 3, path: 'payload.granules[3].granuleId', reason: 'is missing, empty, or not a text' },
      {
        record,
        index: 4,
        granuleId: 'x'.repeat(1025),
        path: 'payload.granules[4].granuleId',
        reason: 'is longer than 1024 bytes',
      },
      { record, index: 5, granuleId: 'no-list', path: 'payload.granules[5].files', reason: 'is not a list' },
      { record, index: 6, granuleId: 'no-object', path: 'payload.granules[6].files[1]', reason: 'is not an object' },
    ]);
  });

  test('of several with one id the last is recorded, in its place, and the others are reported', () => {
    const { granules, files, problems } = recordsOf(
      granulesOf(
        { granuleId: 'g', cmrLink: 'first', files: [{ bucket: 'b', key: 'old' }] },
        { granuleId: 'h' },
        { granuleId: 'g', cmrLink: 'second', files: [{ bucket: 'b', key: 'new' }] },
      ),
    );
    expect(granules.map(({ granuleId, cmrLink }) => [granuleId, cmrLink])).toEqual([
      ['h', undefined],
      ['g', 'second'],
    ]);
    expect(files.map(({ key }) => key)).toEqual(['new']);
    expect(problems).toEqual([
      {
        record: 'granule',
        index: 0,
        granuleId: 'g',
        path: 'payload.granules[0]',
        reason: 'payload.granules[2] has the same granuleId, and was recorded instead',
        isPartial: true,
      },
    ]);
  });

  test('without a collection none is recorded, and each is reported', () => {
    const { granules, problems, execution } = recordsOf({
      meta: { collection: { name: 'MOD09GQ' } },
      ...granulesOf({ granuleId: 'g' }, { granuleId: 'h' }),
    });
    expect(granules).toEqual([]);
    expect(execution.status).toBe('completed');
    expect(problems.map(({ granuleId, path }) => [granuleId, path])).toEqual([
      ['g', 'meta.collection'],
      ['h', 'meta.collection'],
    ]);
  });

  describe('beyond what an item holds', () => {
    const LIMIT = "makes a record beyond 409600 bytes, DynamoDB's limit";
    const many = (file: object) =>
      Array.from({ length: 1000 }, (_, n) => ({ bucket: 'b', key: `${n}`, size: 1, ...file }));
    const huge = 'x'.repeat(400 * 1024);

    /** The granule `huge`, with another after it that is none the worse for it. */
    function hugeOf(granule: object, parts: object = {}) {
      const { granules, files, problems } = recordsOf({
        ...granulesOf({ granuleId: 'huge', ...granule }, { granuleId: 'g' }),
        ...parts,
      });
      expect(granules.map(({ granuleId }) => granuleId)).toEqual(['huge', 'g']);
      expect(storedSize(granules[0])).toBeLessThanOrEqual(MAX_ITEM_BYTES);
      return { granule: granules[0], files, problems: problems.filter(({ record }) => record === 'granule') };
    }

    const problem = (path: string, outcome: string) => ({
      record: 'granule',
      index: 0,
      granuleId: 'huge',
      path,
      reason: `${LIMIT}, and was ${outcome}`,
      isPartial: true,
    });

    test('one keeps what each file is found by, and has all its files', () => {
      const { granule, files, problems } = hugeOf({
        cmrLink: 'https://cmr',
        files: many({
          fileName: 'f',
          type: 'data',
          checksum: 'c'.repeat(200),
          checksumType: 't',
          source: 's'.repeat(250),
        }),
      });
      expect(granule).toMatchObject({ cmrLink: 'https://cmr', productVolume: 1000 });
      expect(granule?.files).toHaveLength(1000);
      expect(granule?.files?.[7]).toEqual({ bucket: 'b', key: '7', size: 1, fileName: 'f' });
      expect(files).toHaveLength(1000);
      expect(problems).toEqual([problem('payload.granules[0].files', 'left out but for what each file is found by')]);
    });

    test('of a file that is at its provider still it keeps where it came from', () => {
      const source = 'https://provider/f';
      const { granule } = hugeOf({
        files: [{ fileName: 'f', source, type: 'data' }, ...many({ checksum: 'c'.repeat(500) })],
      });
      expect(granule?.files?.[0]).toEqual({ fileName: 'f', source });
    });

    test('one with more files than that is recorded without any', () => {
      const { granule, files, problems } = hugeOf({
        cmrLink: 'https://cmr',
        files: many({ fileName: 'f'.repeat(500) }),
      });
      expect(granule).not.toHaveProperty('files');
      expect(granule).toMatchObject({ cmrLink: 'https://cmr', productVolume: 1000 });
      expect(files).toEqual([]);
      expect(problems).toEqual([problem('payload.granules[0].files', 'left out')]);
    });

    test('one loses no files for what else is too large', () => {
      const files = many({});
      const ofLink = hugeOf({ cmrLink: huge, files });
      expect(ofLink.granule).not.toHaveProperty('cmrLink');
      expect(ofLink.problems).toEqual([problem('payload.granules[0].cmrLink', 'left out')]);
      const ofError = hugeOf({ cmrLink: 'https://cmr', files }, { exception: { Cause: huge } });
      expect(ofError.granule).not.toHaveProperty('error');
      expect(ofError.granule).toMatchObject({ cmrLink: 'https://cmr' });
      expect(ofError.problems).toMatchObject([
        { path: 'exception', index: 0 },
        { path: 'exception', index: 1 },
      ]);
      for (const { granule } of [ofLink, ofError]) expect(granule?.files).toHaveLength(1000);
    });
  });

  test('payload.granules that is no list is reported', () => {
    expect(recordsOf({ payload: { granules: { granuleId: 'g' } } }).problems).toEqual([
      { record: 'granule', path: 'payload.granules', reason: 'is not a list' },
    ]);
  });
});

describe('the files of a granule', () => {
  /** What becomes of a file from a provider. */
  function fileOf(file: object, provider: object = {}) {
    const { granules, files } = recordsOf({
      meta: { provider: { id: 'p', ...provider } },
      ...granulesOf({ granuleId: 'g', files: [file] }),
    });
    return { file: granules[0]?.files?.[0], places: files.map(({ bucket, key }) => `${bucket}/${key}`) };
  }

  test('known fields are kept, others and those without a value are not', () => {
    const known = {
      bucket: 'b',
      key: 'folder/f.hdf',
      fileName: 'f.hdf',
      size: 0,
      checksum: 'abc',
      checksumType: 'md5',
      type: 'data',
      source: 'https://example.gov/f.hdf',
    };
    const file = { ...known, url_path: 'x', filepath: 'y', duplicate_found: true, checksumValue: 'other', fileSize: 9 };
    expect(fileOf(file)).toEqual({ file: known, places: ['b/folder/f.hdf'] });
    expect(fileOf({ name: 'f', size: null, checksum: null, type: '', bucket: 7 }).file).toStrictEqual({
      fileName: 'f',
    });
  });

  test('older names of fields are understood', () => {
    expect(fileOf({ filename: 's3://b/a folder/ü?#%20.hdf', name: 'ü.hdf', fileSize: 5, checksumValue: 77 })).toEqual({
      file: { bucket: 'b', key: 'a folder/ü?#%20.hdf', fileName: 'ü.hdf', size: 5, checksum: 77 },
      places: ['b/a folder/ü?#%20.hdf'],
    });
  });

  test.each([
    [{ protocol: 'http', host: 'example.gov' }, 'http://example.gov/path/to/f'],
    [{ protocol: 'https', host: 'example.gov', port: 8443 }, 'https://example.gov:8443/path/to/f'],
    [{ protocol: 'https', host: 'example.gov', port: '443' }, 'https://example.gov/path/to/f'],
    [{ protocol: 'ftp', host: 'user:secret@example.gov' }, 'ftp://example.gov/path/to/f'],
    [{ protocol: 'sftp', host: 'example.gov', port: 22 }, 'sftp://example.gov:22/path/to/f'],
    [{ protocol: 'http', host: 'https://example.gov:40521/' }, 'https://example.gov:40521/path/to/f'],
  ])('the source is made of the provider %j and the path', (provider, source) => {
    expect(fileOf({ name: 'f', path: '/path/to/' }, provider)).toEqual({ file: { fileName: 'f', source }, places: [] });
  });

  test('of a file with the path / the source is at the top', () => {
    const provider = { protocol: 'http', host: 'example.gov' };
    expect(fileOf({ name: 'f', path: '/' }, provider).file?.source).toBe('http://example.gov/f');
  });

  test.each([{}, { host: 'example.gov' }, { protocol: 'http', host: 'not a host' }])(
    'the source is the file’s own where the provider %j gives none',
    (provider) => {
      expect(fileOf({ name: 'f', path: 'p', source: 'own' }, provider).file?.source).toBe('own');
    },
  );

  test('one that lies in the bucket of an S3 provider, and nowhere else yet, has its place there', () => {
    const provider = { protocol: 's3', host: 'Their-Bucket', port: 80 };
    expect(fileOf({ name: 'f', path: 'in' }, provider)).toEqual({
      file: { bucket: 'Their-Bucket', key: 'in/f', fileName: 'f', source: 's3://Their-Bucket/in/f' },
      places: ['Their-Bucket/in/f'],
    });
    expect(fileOf({ name: 'f', path: 'in', bucket: 'ours', key: 'k' }, provider).places).toEqual(['ours/k']);
  });

  test('one with half a place keeps it, and is not among the files', () => {
    expect(fileOf({ name: 'f', bucket: 'b', source: 's3://other/f' })).toEqual({
      file: { fileName: 'f', bucket: 'b', source: 's3://other/f' },
      places: [],
    });
    expect(fileOf({ key: 'k', source: 's3://other/f' }).places).toEqual([]);
    expect(fileOf({ filename: 's3://b' })).toEqual({ file: {}, places: [] });
  });

  test('the volume is the sum of the sizes that are known', () => {
    const files = [{ size: 5 }, { fileSize: 7 }, { size: -1 }, { size: '3' }, {}];
    expect(recordsOf(granulesOf({ granuleId: 'g', files })).granules[0]?.productVolume).toBe(12);
  });

  test('each place is recorded once, also if two granules name it, which is reported', () => {
    const file = { bucket: 'b', key: 'k' };
    const { files, problems } = recordsOf(
      granulesOf(
        { granuleId: 'g', files: [file, file] },
        { granuleId: 'h', files: [{ bucket: 'b', key: 'own' }, file] },
      ),
    );
    expect(files).toEqual([
      { bucket: 'b', key: 'k', granuleId: 'h', createdAt: START, updatedAt: TIME },
      { bucket: 'b', key: 'own', granuleId: 'h', createdAt: START, updatedAt: TIME },
    ]);
    expect(problems).toEqual([
      {
        record: 'file',
        index: 1,
        granuleId: 'h',
        path: 'payload.granules[1].files[1]',
        reason: 'is a file of granule g too, and was recorded for this one',
        isPartial: true,
      },
    ]);
  });

  test('a place too long for a key is reported, and the granule recorded', () => {
    const { granules, files, problems } = recordsOf(
      granulesOf({
        granuleId: 'g',
        files: [
          { bucket: 'b', key: 'é'.repeat(513) },
          { bucket: 'b', key: 'k' },
        ],
      }),
    );
    expect([granules.length, files.length]).toEqual([1, 1]);
    expect(problems).toMatchObject([{ record: 'file', path: 'payload.granules[0].files[0]', granuleId: 'g' }]);
  });
});

describe('a PDR', () => {
  const pdrOf = (payload: object, meta: object = {}) => recordsOf({ payload, meta });

  test.each([
    ['running', {}, 0],
    ['failed', {}, 0],
    ['completed', {}, 100],
    ['running', { running: ['a'], completed: ['b'], failed: [] }, 50],
    ['running', { running: [], completed: ['b'], failed: ['c'] }, 100],
    ['completed', { running: 'none', completed: [{}, {}], failed: null }, 100],
    ['failed', { running: ['a', 'b', 'c'], failed: ['d'] }, 25],
  ])('%s with %j is done to %d percent', (status, lists, progress) => {
    expect(pdrOf({ pdr: { name: 'P' }, ...lists }, { status }).pdr).toMatchObject({ status, progress });
  });

  test('is absent if the payload has none, though the workflow works for one', () => {
    for (const payload of [{}, { pdr: null }]) {
      const records = pdrOf(payload, { pdr: { name: 'P' } });
      expect(records.pdr).toBeUndefined();
      expect(records.problems).toEqual([]);
    }
  });

  test.each([
    ['payload.pdr', { pdr: 'P' }, {}],
    ['payload.pdr.name', { pdr: {} }, {}],
    ['payload.pdr.name', { pdr: { name: 'x'.repeat(1025) } }, {}],
    ['meta.collection', { pdr: { name: 'P' } }, { collection: null }],
    ['meta.provider.id', { pdr: { name: 'P' } }, { provider: null }],
  ])('one that cannot be recorded is reported: %s', (path, payload, meta) => {
    const records = pdrOf({ ...payload, running: [] }, meta);
    expect(records.pdr).toBeUndefined();
    expect(records.problems.filter(({ record }) => record === 'pdr').map((problem) => problem.path)).toEqual([path]);
  });

  test('beyond what an item holds is recorded without the message of its notice, which is reported', () => {
    const { pdr, problems } = pdrOf({ pdr: { name: 'P', PANSent: true, PANmessage: 'x'.repeat(400 * 1024) } });
    expect(pdr).toMatchObject({ pdrName: 'P', PANSent: true, PANmessage: 'N/A' });
    expect(problems.filter(({ record }) => record === 'pdr')).toEqual([
      {
        record: 'pdr',
        path: 'payload.pdr.PANmessage',
        reason: "makes a record beyond 409600 bytes, DynamoDB's limit, and was left out",
        isPartial: true,
      },
    ]);
  });
});
