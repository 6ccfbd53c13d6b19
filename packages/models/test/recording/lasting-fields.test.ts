import { createClient } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { afterAll, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { LASTING_RUN } from '../../src/models/lasting-run.ts';
import { deleteGranule } from '../../src/recording/delete-granule.ts';
import { type MessageRecorded, recordMessage } from '../../src/recording/record-message.ts';
import type { RecordingTarget } from '../../src/recording/recording-target.ts';
import { Deployment } from '../models/deployment.ts';

/** What a run reports of granule `g`, and of its PDR where it sends a notice. */
interface Run {
  readonly start: number;
  readonly status: 'running' | 'completed' | 'failed';
  readonly keys?: readonly string[];
  /** The name of each file. */
  readonly fileName?: string;
  readonly isPublished?: boolean;
  readonly provider?: string;
  readonly cause?: string;
  readonly notice?: string;
  readonly collection?: string;
  /** Whether the message does not say when the run stopped. */
  readonly isStopUnknown?: boolean;
}

const ARCHIVED: Run = { start: 1000, status: 'completed', keys: ['a', 'b'], isPublished: true, provider: 'podaac' };

const LINK = 'https://cmr/1000';

onDynamoDBLocal('a record of several runs', () => {
  const deployment = new Deployment({ tables: ['ExecutionsTable', 'FilesTable', 'GranulesTable', 'PdrsTable'] });
  const { client } = deployment;
  const target: RecordingTarget = { client, tableName: (name) => `${deployment.prefix}-${name}` };
  const disturbed = createClient();
  let requestsLeft = Number.POSITIVE_INFINITY;
  let requests: object[] = [];
  disturbed.middlewareStack.add(
    (next) => (args) => {
      requests.push(args.input);
      requestsLeft -= 1;
      if (requestsLeft < 0) throw Object.assign(new Error('killed'), { name: 'Killed' });
      return next(args);
    },
    { step: 'initialize' },
  );
  afterAll(() => disturbed.destroy());

  async function recordRun(run: Run, by = target): Promise<MessageRecorded> {
    const {
      start,
      status,
      keys = [],
      fileName,
      isPublished,
      provider,
      cause = 'at last',
      notice,
      collection = 'MOD09GQ',
      isStopUnknown,
    } = run;
    const time = start + (status === 'running' ? 1 : 5);
    const message = parseMessage({
      cumulus_meta: {
        execution_name: `execution-${start}`,
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: start,
        ...(status === 'running' || isStopUnknown ? {} : { workflow_stop_time: time }),
      },
      meta: {
        status,
        collection: { name: collection, version: '006' },
        ...(provider === undefined
          ? {}
          : { provider: { id: provider, protocol: 's3', host: 'h' }, pdr: { name: 'P' } }),
      },
      payload: {
        granules: [
          {
            granuleId: 'g',
            files: keys.map((key) => ({ bucket: 'archive', key, ...(fileName === undefined ? {} : { fileName }) })),
            ...(isPublished ? { published: true, cmrLink: `https://cmr/${start}` } : {}),
          },
        ],
        ...(provider === undefined
          ? {}
          : { pdr: { name: 'P', ...(notice === undefined ? {} : { PANSent: true, PANmessage: notice }) } }),
      },
      exception: status === 'failed' ? { Error: 'Broken', Cause: cause } : 'None',
    });
    const recorded = await recordMessage(by, recordsOfMessage(message, { time }));
    return recorded;
  }

  const granule = () => deployment.item('GranulesTable', { granuleId: 'g' });

  async function keysOfFiles(): Promise<readonly string[]> {
    return (await deployment.items('FilesTable')).map(({ key }) => String(key)).sort();
  }

  function filesAt(...keys: readonly string[]): readonly object[] {
    return keys.map((key) => ({ bucket: 'archive', key }));
  }

  const archived = { files: filesAt('a', 'b'), published: true, cmrLink: LINK, provider: 'podaac', pdrName: 'P' };

  test.each(['running', 'failed'] as const)(
    'a later run that is %s changes status, execution, times and error of a published granule, and no more',
    async (status) => {
      await recordRun(ARCHIVED);
      await recordRun({ start: 2000, status, keys: ['staging/a'] });
      expect(await granule()).toMatchObject({ ...archived, status, createdAt: 2000 });
      expect((await granule())?.['execution']).toMatch(/execution-2000$/);
      expect((await granule())?.['error']).toEqual(
        status === 'failed' ? { Error: 'Broken', Cause: 'at last' } : undefined,
      );
      expect(await deployment.items('FilesTable')).toEqual(
        expect.arrayContaining(
          ['a', 'b'].map((key) => ({ bucket: 'archive', key, granuleId: 'g', createdAt: 1000, updatedAt: 1005 })),
        ),
      );
      expect(await keysOfFiles()).toEqual(['a', 'b']);
      expect(await deleteGranule(target, 'g')).toBe('published');
      await recordRun({ start: 3000, status: 'completed', keys: ['b', 'c'] });
      expect(await granule()).toEqual(
        expect.not.objectContaining({ [LASTING_RUN]: expect.anything(), error: expect.anything() }),
      );
      expect(await granule()).toMatchObject({ status: 'completed', published: false, files: filesAt('b', 'c') });
      expect(await keysOfFiles()).toEqual(['b', 'c']);
    },
  );

  test('a completed run that comes late has its files and publication recorded, and nothing of its status', async () => {
    await recordRun({ start: 2000, status: 'failed', keys: ['staging/a'] });
    expect(await keysOfFiles()).toEqual(['staging/a']);
    await recordRun(ARCHIVED);
    expect(await granule()).toMatchObject({ ...archived, status: 'failed', createdAt: 2000, updatedAt: 2005 });
    expect(await keysOfFiles()).toEqual(['a', 'b']);
  });

  test('a run that has published and then failed is not forgotten by those that neither publish nor complete', async () => {
    await recordRun({ ...ARCHIVED, status: 'failed' });
    await recordRun({ start: 2000, status: 'running' });
    await recordRun({ start: 2000, status: 'failed' });
    expect(await granule()).toMatchObject({ ...archived, status: 'failed', createdAt: 2000 });
    expect(await deleteGranule(target, 'g')).toBe('published');
    await recordRun({ start: 500, status: 'completed', keys: ['c'] });
    expect(await granule()).toMatchObject({ published: false, files: filesAt('c'), createdAt: 2000 });
    expect(await keysOfFiles()).toEqual(['c']);
  });

  test.each([
    ['running, as 1.18 left it, and published', { status: 'running', published: true, cmrLink: LINK }],
    ['failed, and published', { status: 'failed', published: true, error: { Error: 'E' } }],
    ['completed, with the empty error of 1.18', { status: 'completed', published: false, error: {} }],
    [
      'completed and then set to running',
      { status: 'running', processingEndDateTime: '1970-01-01T00:00:01Z', error: {} },
    ],
    ['completed and then set to running, without any end', { status: 'running', published: false }],
    ['failed, and published in another way', { status: 'failed', published: 'true', error: { Error: 'E' } }],
  ] as const)('of a row of earlier releases that is %s the files stay until a run completes', async (_, row) => {
    const files = filesAt('a', 'b');
    const common = { granuleId: 'g', collectionId: 'MOD09GQ___006', execution: 'https://console/old', files };
    await deployment.put('GranulesTable', { ...common, timestamp: 1005, createdAt: 1000, updatedAt: 1005, ...row });
    await recordRun({ start: 2000, status: 'running', keys: ['staging/a'], isPublished: true });
    await recordRun({ start: 2000, status: 'failed', keys: ['staging/a'], isPublished: true });
    const { status: _status, error: _error, ...known } = row as PlainItem;
    const { processingEndDateTime: _end, ...lasting } = known;
    expect(await granule()).toMatchObject({ ...lasting, files, status: 'failed', createdAt: 2000 });
    await recordRun({ start: 3000, status: 'completed', keys: ['c'] });
    expect(await granule()).toMatchObject({ files: filesAt('c'), status: 'completed', createdAt: 3000 });
  });

  test('of a row of earlier releases that has failed without being published the files give way', async () => {
    const common = {
      granuleId: 'g',
      collectionId: 'MOD09GQ___006',
      execution: 'https://console/old',
      status: 'failed',
    };
    await deployment.put('GranulesTable', { ...common, files: filesAt('a'), createdAt: 1000, updatedAt: 1005 });
    await recordRun({ start: 2000, status: 'running', keys: ['b'] });
    expect(await granule()).toMatchObject({ files: filesAt('b') });
  });

  test('set to running for a reingest, a granule keeps its files while the next run runs and fails', async () => {
    await recordRun({ ...ARCHIVED, isPublished: false });
    const { granules } = deployment.models();
    await granules.update({ granuleId: 'g' }, { status: 'running' });
    await recordRun({ start: 2000, status: 'running', keys: ['staging/a'] });
    await recordRun({ start: 2000, status: 'failed', keys: ['staging/a'] });
    await granules.update({ granuleId: 'g' }, { status: 'running' });
    await recordRun({ start: 3000, status: 'failed', keys: ['staging/b'] });
    expect(await granule()).toMatchObject({ files: filesAt('a', 'b'), status: 'failed', createdAt: 3000 });
    expect(await keysOfFiles()).toEqual(['a', 'b']);
  });

  test.each([
    ['running', true],
    ['failed', true],
    ['running', false],
    ['failed', false],
  ] as const)(
    'of a completed run whose end is unknown, set to running, the files stay when the next one is %s (recorded: %s)',
    async (status, isRecorded) => {
      if (isRecorded) await recordRun({ ...ARCHIVED, isPublished: false, isStopUnknown: true });
      else {
        // As 1.18 wrote it.
        const files = filesAt('a', 'b');
        const own = { granuleId: 'g', collectionId: 'MOD09GQ___006', status: 'completed', published: false, files };
        await deployment.put('GranulesTable', { ...own, timestamp: 1005, createdAt: 1000, updatedAt: 1005 });
        for (const key of ['a', 'b'])
          await deployment.put('FilesTable', { bucket: 'archive', key, granuleId: 'g', createdAt: 1000 });
      }
      await deployment.models().granules.update({ granuleId: 'g' }, { status: 'running' });
      await recordRun({ start: 2000, status, keys: ['staging/a'] });
      await recordRun({ start: 3000, status });
      expect(await granule()).toMatchObject({ files: filesAt('a', 'b'), status, createdAt: 3000 });
      expect(await keysOfFiles()).toEqual(['a', 'b']);
      await recordRun({ start: 4000, status: 'completed', keys: ['c'] });
      expect(await granule()).toMatchObject({ files: filesAt('c'), status: 'completed' });
      expect(await keysOfFiles()).toEqual(['c']);
    },
  );

  test('of a completed run without files and end, set to running, those of the next one are not recorded until it completes', async () => {
    await recordRun({ ...ARCHIVED, keys: [], isPublished: false, isStopUnknown: true });
    await deployment.models().granules.update({ granuleId: 'g' }, { status: 'running' });
    await recordRun({ start: 2000, status: 'failed', keys: ['staging/a'] });
    expect(await granule()).toMatchObject({ files: [], provider: 'podaac', status: 'failed' });
    expect(await keysOfFiles()).toEqual([]);
  });

  test.each(['running', 'failed'] as const)(
    'a run that has only been %s, then set to running, gives way to one that has completed before it',
    async (status) => {
      await recordRun({ start: 2000, status, keys: ['staging/a'] });
      await deployment.models().granules.update({ granuleId: 'g' }, { status: 'running' });
      await recordRun(ARCHIVED);
      expect(await granule()).toMatchObject({ ...archived, status: 'running', createdAt: 2000 });
      expect(await keysOfFiles()).toEqual(['a', 'b']);
    },
  );

  test('files that a run listed which did not complete stay until another lists some, in any order', async () => {
    const first: Run = { start: 1000, status: 'failed', keys: ['a'], provider: 'podaac' };
    const second: Run = { start: 2000, status: 'running' };
    for (const runs of [
      [first, second],
      [second, first],
    ]) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      for (const run of runs) await recordRun(run);
      expect(await granule()).toMatchObject({ files: filesAt('a'), provider: 'podaac', status: 'running' });
      expect(await keysOfFiles()).toEqual(['a']);
    }
    await recordRun({ start: 3000, status: 'running', keys: ['b'] });
    expect(await granule()).toMatchObject({ files: filesAt('b'), createdAt: 3000 });
    expect(await keysOfFiles()).toEqual(['b']);
  });

  test('files that earlier releases kept by the name of an S3 URI are released when a completed run lists them no longer', async () => {
    const files = ['a', 'b'].map((key) => ({ name: key, filename: `s3://archive/${key}` }));
    const own = { granuleId: 'g', collectionId: 'MOD09GQ___006', status: 'completed', published: false, files };
    await deployment.put('GranulesTable', { ...own, timestamp: 1005, createdAt: 1000, updatedAt: 1005 });
    for (const key of ['a', 'b'])
      await deployment.put('FilesTable', { bucket: 'archive', key, granuleId: 'g', createdAt: 1000 });
    await recordRun({ start: 2000, status: 'completed', keys: ['a'] });
    expect(await granule()).toMatchObject({ files: filesAt('a') });
    expect(await keysOfFiles()).toEqual(['a']);
  });

  test('no reader sees what is noted of the run, and replacing the record keeps it', async () => {
    await recordRun({ ...ARCHIVED, notice: 'SUCCESSFUL' });
    await recordRun({ start: 2000, status: 'failed', provider: 'podaac' });
    const { granules, pdrs } = deployment.models();
    expect(await granule()).toHaveProperty(LASTING_RUN);
    expect(await deployment.item('PdrsTable', { pdrName: 'P' })).toHaveProperty(LASTING_RUN);
    const read = await granules.get({ granuleId: 'g' });
    expect(read).not.toHaveProperty(LASTING_RUN);
    expect(await pdrs.get({ pdrName: 'P' })).not.toHaveProperty(LASTING_RUN);
    expect((await granules.newest().page()).records).toEqual([read]);
    await granules.replace(read);
    await recordRun({ start: 3000, status: 'failed', keys: ['staging/a'] });
    expect(await granule()).toMatchObject({ ...archived, createdAt: 3000 });
  });

  test('a PDR whose notice was sent keeps it while later runs have not completed', async () => {
    await recordRun({ ...ARCHIVED, notice: 'SUCCESSFUL' });
    await recordRun({ start: 2000, status: 'running', provider: 'podaac' });
    const { pdrs } = deployment.models();
    const sent = { PANSent: true, PANmessage: 'SUCCESSFUL' };
    expect(await pdrs.get({ pdrName: 'P' })).toMatchObject({ ...sent, status: 'running', createdAt: 2000 });
    await recordRun({ start: 2000, status: 'completed', provider: 'podaac' });
    expect(await pdrs.get({ pdrName: 'P' })).toMatchObject({ PANSent: false, PANmessage: 'N/A', status: 'completed' });
  });

  test('a granule of another collection is reported, and stays with its files as it is, also where it has only run', async () => {
    await recordRun({ ...ARCHIVED, status: 'running' });
    const [before, rows] = [await granule(), await deployment.items('FilesTable')];
    for (let time = 1; time <= 2; time += 1) {
      const { execution, granules } = await recordRun({
        start: 2000,
        status: 'completed',
        keys: ['z'],
        collection: 'MOD14A1',
      });
      expect(execution).toBe(time === 1 ? 'written' : 'superseded');
      expect(granules).toMatchObject({ written: [], superseded: [] });
      expect(granules.failed.map(({ granuleId, error }) => [granuleId, error.name, error.message.split('\n')])).toEqual(
        [
          [
            'g',
            'RecordOfAnotherError',
            [
              'Granule "g" belongs to collection MOD09GQ___006, not to MOD14A1___006.',
              expect.stringContaining('left as they are'),
              expect.stringContaining('delete its record'),
            ],
          ],
        ],
      );
    }
    expect([await granule(), await deployment.items('FilesTable')]).toEqual([before, rows]);
    // What the message advises does it.
    expect(await deleteGranule(target, 'g')).toBe('published');
    await recordRun({ start: 1000, status: 'completed', keys: ['a'] });
    expect(await deleteGranule(target, 'g')).toBe('deleted');
    await recordRun({ start: 2000, status: 'completed', keys: ['z'], collection: 'MOD14A1' });
    expect(await granule()).toMatchObject({ collectionId: 'MOD14A1___006', files: filesAt('z') });
    expect(await keysOfFiles()).toEqual(['z']);
  });

  test('a run that changes no files takes one request to read and one to write the granule alone', async () => {
    await recordRun(ARCHIVED);
    requestsLeft = Number.POSITIVE_INFINITY;
    requests = [];
    await recordRun({ start: 2000, status: 'running', keys: ['staging/a'] }, { ...target, client: disturbed });
    // The third writes the execution, which the first reads too.
    expect(requests).toHaveLength(3);
    const written = requests.flatMap((input) => ('TransactItems' in input ? input.TransactItems : []));
    expect(written).toHaveLength(1);
  });

  test('files that nearly fill a record stay, and the error of a later run gives way beside them', async () => {
    const keys = Array.from({ length: 90 }, (_, number) => `file-${number}`);
    const recorded = await recordRun({ ...ARCHIVED, keys, fileName: 'x'.repeat(4_400) });
    expect(recorded.granules.failed).toEqual([]);
    const { files } = (await granule()) as { readonly files: readonly unknown[] };
    expect(files).toEqual(keys.map((key) => expect.objectContaining({ key, fileName: expect.any(String) })));
    const later = await recordRun({ start: 2000, status: 'failed', cause: 'x'.repeat(80_000) });
    expect(later.granules).toMatchObject({ written: ['g'], failed: [] });
    expect(await granule()).toMatchObject({ files, status: 'failed', createdAt: 2000 });
    expect(await granule()).not.toHaveProperty('error');
    await recordRun({ start: 3000, status: 'failed' });
    expect(await granule()).toMatchObject({ files, error: { Cause: 'at last' } });
  }, 60_000);

  test('of more files than a transaction takes, killed after each request while a later run fails: recorded again, all is there', async () => {
    const range = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, number) => `file-${from + number}`);
    const [before, after] = [range(0, 60), range(50, 160)];
    for (let allowed = 0; ; allowed += 1) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      await deployment.empty('ExecutionsTable');
      await recordRun({ ...ARCHIVED, keys: before });
      const second: Run = { start: 2000, status: 'completed', keys: after, isPublished: true };
      await deployment.empty('ExecutionsTable');
      requestsLeft = allowed;
      const whole = await recordRun(second, { ...target, client: disturbed }).then(
        () => true,
        () => false,
      );
      expect((await recordRun({ start: 3000, status: 'failed', keys: ['staging'] })).granules.written).toEqual(['g']);
      await recordRun(second);
      expect(await granule()).toMatchObject({
        status: 'failed',
        createdAt: 3000,
        published: true,
        files: filesAt(...after),
      });
      expect(await granule()).not.toHaveProperty('pendingFiles');
      expect(await keysOfFiles()).toEqual([...after].sort());
      if (whole) {
        expect(allowed).toBeGreaterThan(6);
        break;
      }
    }
  }, 120_000);

  test('six runs of more files than a transaction takes, recorded at once, come to their end, as the last one says', async () => {
    const many = (name: string) => Array.from({ length: 120 }, (_, number) => `${name}-${number}`);
    await recordRun({ start: 1000, status: 'completed', keys: many('old') });
    // With waits they take some 130 requests; without, they take the granule from each other for more than a thousand.
    requestsLeft = 600;
    const rivals = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, number) =>
      recordRun({ start: 2000 + number, status: 'completed', keys: many(name) }, { ...target, client: disturbed }),
    );
    expect(await Promise.allSettled(rivals)).toEqual(
      rivals.map(() => expect.objectContaining({ status: 'fulfilled' })),
    );
    expect(await granule()).toMatchObject({ status: 'completed', createdAt: 2005, files: filesAt(...many('f')) });
    expect(await granule()).not.toHaveProperty('pendingFiles');
    expect(await keysOfFiles()).toEqual(many('f').sort());
  }, 60_000);
});
