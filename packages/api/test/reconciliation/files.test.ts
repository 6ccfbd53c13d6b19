import type { Models } from '@cumulus/models';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeEach, expect, test } from '@jest/globals';
import { BUCKETS, OwnArchive } from '../granules/own-archive.ts';
import { differencesOf, reconciled } from './own-reconciliation.ts';

const file = (key: string, bucket: string = BUCKETS.protected, content = 'data') => ({ bucket, key, content });
const uri = (key: string, bucket: string = BUCKETS.protected): string => `s3://${bucket}/${key}`;

describeUnless(await whyNoMoto(), 'files in S3, FilesTable and granules', () => {
  const moto = ownMoto();
  const api = new OwnArchive(moto);
  const models = new Proxy({} as Models, { get: (_, name) => api.services.models[name as keyof Models] });

  /** Three granules with two files each, of which nothing is wrong. */
  beforeEach(async () => {
    await api.empty();
    for await (const { granuleId } of models.granules.list()) await models.granules.delete({ granuleId });
    for await (const { bucket, key } of models.files.list()) await models.files.delete({ bucket, key });
    for (const id of ['G1', 'G2', 'G3']) await archive(id);
  });
  const archive = (id: string): Promise<void> =>
    api.archive(id, [file(`a/${id}.hdf`), file(`a/${id}.jpg`, BUCKETS.public)]);

  test('that are the same are counted, and CMR is said not to have been asked', async () => {
    const report = await reconciled(api);
    expect(report).toMatchObject({
      ...{ status: 'SUCCESS', error: null, isEqual: true, reportType: 'Inventory' },
      filesInCumulus: { okCount: 6, onlyInS3: [], onlyInDynamoDb: [], wrongSize: [] },
      filesInGranules: { okCount: 6, onlyInGranules: [], onlyInFiles: [], withoutPlace: 0 },
      filesInOtherBuckets: {},
      lookedAtAgain: { places: 0, granules: 0, resolved: 0 },
    });
    expect(report.buckets).toEqual([
      { name: BUCKETS.private, objects: 0 },
      { name: BUCKETS.protected, objects: 3 },
      { name: BUCKETS.public, objects: 3 },
    ]);
    for (const part of ['collectionsInCumulusCmr', 'granulesInCumulusCmr', 'filesInCumulusCmr'])
      expect(report[part]).toEqual({
        notCompared: expect.stringMatching(/^CMR was not asked: .*cmr_provider.* not set/),
      });
    expect(Date.parse(report.reportEndTime)).toBeGreaterThanOrEqual(Date.parse(report.reportStartTime));
  });

  test('each difference is in the list of its kind, and named', async () => {
    await api.buckets.protected.put('only/in s3+é.hdf', 'x');
    await api.buckets.protected.remove('a/G1.hdf');
    await api.buckets.public.put('a/G2.jpg', 'other than data');
    // A row of a granule that does not list it, and a file that no row has.
    await models.files.replaceFrom({ bucket: BUCKETS.protected, key: 'a/G2.hdf', granuleId: 'G9' });
    await models.files.delete({ bucket: BUCKETS.public, key: 'a/G3.jpg' });
    const { files = [] } = await models.granules.get({ granuleId: 'G3' });
    await models.granules.update(
      { granuleId: 'G3' },
      { files: [...files, { bucket: BUCKETS.private, key: 'nowhere' }, { fileName: 'f', source: 'https://x/f' }] },
    );
    const report = await reconciled(api);
    expect(report.isEqual).toBe(false);
    expect(differencesOf(report)).toEqual({
      'filesInCumulus.onlyInS3': [uri('only/in s3+é.hdf'), uri('a/G3.jpg', BUCKETS.public)],
      'filesInCumulus.onlyInDynamoDb': [{ uri: uri('a/G1.hdf'), granuleId: 'G1' }],
      'filesInCumulus.wrongSize': [
        { uri: uri('a/G2.jpg', BUCKETS.public), granuleId: 'G2', sizeInS3: 15, sizeInGranule: 4 },
      ],
      'filesInGranules.onlyInGranules': [
        { uri: uri('nowhere', BUCKETS.private), granuleId: 'G3', inS3: false },
        { uri: uri('a/G2.hdf'), granuleId: 'G2', inS3: true },
        { uri: uri('a/G3.jpg', BUCKETS.public), granuleId: 'G3', inS3: true },
      ],
      'filesInGranules.onlyInFiles': [{ uri: uri('a/G2.hdf'), granuleId: 'G9', inS3: true }],
    });
    expect(report.filesInCumulus.okCount).toBe(3);
    expect(report.filesInGranules).toMatchObject({ okCount: 4, withoutPlace: 1 });
    expect(report.lookedAtAgain).toMatchObject({ places: 6, resolved: 0 });
  });

  test('of several granules count for each of them, also in the form of earlier releases', async () => {
    await api.put('FilesTable', {
      ...{ bucket: BUCKETS.protected, key: 'a/G1.hdf', granuleId: 'G1', createdAt: 1, updatedAt: 1 },
      otherClaims: { G5: { createdAt: 1, updatedAt: 1 }, G6: { createdAt: 1, updatedAt: 1 } },
    });
    await api.put('GranulesTable', {
      ...{ granuleId: 'G5', status: 'completed' },
      files: [{ name: 'G1.hdf', filename: uri('a/G1.hdf'), fileSize: 4 }, 'no file', { bucket: 7, key: 'x' }],
    });
    expect(differencesOf(await reconciled(api))).toEqual({
      'filesInGranules.onlyInFiles': [{ uri: uri('a/G1.hdf'), granuleId: 'G6', inS3: true }],
    });
  });

  test('what is written meanwhile is looked at again, and is no difference', async () => {
    const s3 = await api.services.clients.s3();
    const archived: Promise<void>[] = [];
    // A granule that is ingested after the tables were read, and before the buckets are listed.
    s3.middlewareStack.add(
      (next) => async (args) => {
        if (archived.length === 0) {
          archived.push(api.archive('G7', [file('a/G7.hdf')]));
          await archived[0];
          await models.granules.delete({ granuleId: 'G3' });
          await models.files.batchDelete([file('a/G3.hdf'), file('a/G3.jpg', BUCKETS.public)]);
          await api.buckets.protected.remove('a/G3.hdf');
          await api.buckets.public.remove('a/G3.jpg');
        }
        return next(args);
      },
      { step: 'initialize', name: 'meanwhile', override: true },
    );
    try {
      const { lookedAtAgain, ...report } = await reconciled(api, { buckets: [BUCKETS.protected, BUCKETS.public] });
      expect(differencesOf(report)).toEqual({});
      expect(report).toMatchObject({ isEqual: true, filesInCumulus: { okCount: 5 }, filesInGranules: { okCount: 5 } });
      expect(lookedAtAgain).toEqual({ places: 3, granules: 0, resolved: 3 });
    } finally {
      s3.middlewareStack.remove('meanwhile');
    }
  });

  test('in other buckets are never taken for compared, unless somebody chose the buckets', async () => {
    await api.put('FilesTable', { bucket: 'elsewhere', key: 'k', granuleId: 'G1', createdAt: 1, updatedAt: 1 });
    const { files = [] } = await models.granules.get({ granuleId: 'G1' });
    await models.granules.update({ granuleId: 'G1' }, { files: [...files, { bucket: 'elsewhere', key: 'k' }] });
    const report = await reconciled(api);
    expect(report).toMatchObject({ isEqual: false, filesInOtherBuckets: { elsewhere: 1 } });
    expect(differencesOf(report)).toEqual({});
    const chosen = await reconciled(api, { buckets: [BUCKETS.protected] });
    expect(chosen).toMatchObject({
      isEqual: true,
      filesInCumulus: { okCount: 3 },
      filesInGranules: { okCount: 7 },
      filesInOtherBuckets: { elsewhere: 1, [BUCKETS.public]: 3 },
    });
  });

  test('of some granules are compared for these alone, and it is said what cannot be', async () => {
    await models.granules.update({ granuleId: 'G2' }, { collectionId: 'MYD13Q1___006', provider: 'p2' });
    await api.buckets.protected.put('only-in-s3', 'x');
    await api.buckets.protected.remove('a/G1.hdf');
    await api.buckets.protected.remove('a/G2.hdf');
    // Listed by none of the collection's granules any more.
    await models.granules.update({ granuleId: 'G3' }, { files: [] });
    await api.put('FilesTable', {
      bucket: BUCKETS.public,
      key: 'of-none',
      granuleId: 'gone',
      createdAt: 1,
      updatedAt: 1,
    });
    const ofG2 = { 'filesInCumulus.onlyInDynamoDb': [{ uri: uri('a/G2.hdf'), granuleId: 'G2' }] };
    for (const filter of [
      { collectionIds: ['MYD13Q1___006'] },
      { granuleIds: ['G2', 'none'] },
      { providers: ['p2'] },
      {
        from: (await models.granules.get({ granuleId: 'G2' })).updatedAt ?? 0,
        to: 4_000_000_000_000,
        granuleIds: ['G2'],
      },
    ]) {
      const report = await reconciled(api, { filter });
      expect(differencesOf(report)).toEqual(ofG2);
      expect(report.filesInCumulus).toEqual({
        ...{ okCount: 1, onlyInDynamoDb: ofG2['filesInCumulus.onlyInDynamoDb'], wrongSize: [] },
        notCompared: expect.stringContaining('onlyInS3: '),
      });
    }
    expect(differencesOf(await reconciled(api, { filter: { collectionIds: ['MOD09GQ___006'] } }))).toMatchObject({
      'filesInCumulus.onlyInDynamoDb': [{ uri: uri('a/G1.hdf'), granuleId: 'G1' }],
      'filesInGranules.onlyInFiles': [{ granuleId: 'G3' }, { granuleId: 'G3' }],
    });
    expect(differencesOf(await reconciled(api, { filter: { to: 1 } }))).toEqual({});
  });

  test('many differences are looked at again by pages of the listing', async () => {
    const keys = Array.from({ length: 120 }, (_, index) => `m/${String(index).padStart(3, '0')}`);
    for (let start = 0; start < keys.length; start += 40)
      await Promise.all(keys.slice(start, start + 40).map((key) => api.buckets.private.put(key, 'x')));
    const heads: string[] = [];
    const s3 = await api.services.clients.s3();
    s3.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) => {
          heads.push(commandName);
          return next(args);
        },
      { step: 'initialize', name: 'commands', override: true },
    );
    const report = await reconciled(api);
    s3.middlewareStack.remove('commands');
    expect(report.filesInCumulus.onlyInS3).toEqual(keys.map((key) => uri(key, BUCKETS.private)));
    expect(report.lookedAtAgain).toMatchObject({ places: 120, resolved: 0 });
    expect(heads.filter((name) => name === 'HeadObjectCommand').length).toBeLessThan(10);
  });

  test('a bucket that is not there, a table that is not there, and what is not described end it', async () => {
    await expect(reconciled(api, { buckets: ['no-such-bucket-of-tests'] })).rejects.toThrow(
      /There is no bucket no-such/,
    );
    await expect(reconciled(api, { tableName: (name) => `none-${name}` })).rejects.toThrow(/none-GranulesTable/);
    await expect(reconciled(api, { systemObjects: undefined })).rejects.toThrow(/no system bucket/);
    await expect(reconciled(api, { location: 'CMR' })).rejects.toThrow(/cmr_provider/);
  });
});
