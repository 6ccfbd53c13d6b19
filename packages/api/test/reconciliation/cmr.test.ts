import type { Models } from '@cumulus/models';
import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeEach, expect, test } from '@jest/globals';
import { BUCKETS, DISTRIBUTION, OwnArchive } from '../granules/own-archive.ts';
import { differencesOf, reconciled } from './own-reconciliation.ts';

const COLLECTION = {
  ...{ granuleId: '^.*$', granuleIdExtraction: '(.*)', sampleFileName: 'x', files: [] },
} as const;

const data = (id: string) => ({ bucket: BUCKETS.protected, key: `a/${id}.hdf`, content: 'data' });
const link = (id: string): string => `${DISTRIBUTION}/${BUCKETS.protected}/a/${id}.hdf`;

describeUnless(await whyNoMoto(), 'Cumulus and CMR', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const api = new OwnArchive(moto, cmr);
  const models = new Proxy({} as Models, { get: (_, name) => api.services.models[name as keyof Models] });

  /** Publishes a granule to CMR alone. */
  const publish = (id: string, urls: readonly object[], collection = 'MOD09GQ', version = '006'): void =>
    cmr.put(
      `native ${id}`,
      `G${cmr.granules.size}-CUMULUS`,
      JSON.stringify({
        GranuleUR: id,
        CollectionReference: { ShortName: collection, Version: version },
        RelatedUrls: urls,
      }),
    );

  /** Two collections, and granules that are in both; their ids differ by case, which CMR sorts otherwise. */
  beforeEach(async () => {
    await api.empty();
    cmr.granules.clear();
    cmr.instead = [];
    cmr.maxPage = 2_000;
    cmr.collections = [
      { ShortName: 'MOD09GQ', Version: '006' },
      { ShortName: 'MYD13Q1', Version: '006' },
    ];
    for await (const { granuleId } of models.granules.list()) await models.granules.delete({ granuleId });
    for await (const { bucket, key } of models.files.list()) await models.files.delete({ bucket, key });
    for await (const { name, version } of models.collections.list()) await models.collections.delete({ name, version });
    for (const name of ['MOD09GQ', 'MYD13Q1']) await models.collections.create({ ...COLLECTION, name, version: '006' });
    for (const id of ['A1', 'B1', 'a2']) {
      await api.archive(id, [data(id)], { published: true });
      publish(id, [{ URL: link(id), Type: 'GET DATA' }]);
    }
  });

  test('that are the same are counted, over any number of pages', async () => {
    for (const maxPage of [2_000, 2]) {
      cmr.maxPage = maxPage;
      expect(await reconciled(api)).toMatchObject({
        isEqual: true,
        collectionsInCumulusCmr: { okCount: 2, onlyInCumulus: [], onlyInCmr: [] },
        granulesInCumulusCmr: { okCount: 3, onlyInCumulus: [], onlyInCmr: [], inOtherCollections: 0 },
        filesInCumulusCmr: { okCount: 3, onlyInCumulus: [], onlyInCmr: [] },
      });
    }
  });

  test('each difference is in the list of its kind, in the words of earlier releases', async () => {
    cmr.collections = [...cmr.collections.slice(0, 1), { ShortName: 'ONLYCMR', Version: '1' }];
    publish('C1', []);
    await api.archive('D1', [data('D1')]);
    await api.archive('E1', [], { status: 'failed' });
    await api.archive('F1', [data('F1')], { collectionId: 'MYD13Q1___006' });
    cmr.granules.delete('native A1');
    publish('A1', [
      { URL: 's3://elsewhere/a/A1.hdf', Type: 'GET DATA' },
      { URL: 'https://opendap.example.org/A1', Type: 'USE SERVICE API' },
      { URL: 'https://example.org/about', Type: 'VIEW RELATED INFORMATION' },
    ]);
    const report = await reconciled(api);
    expect(differencesOf(report)).toEqual({
      'collectionsInCumulusCmr.onlyInCumulus': ['MYD13Q1___006'],
      'collectionsInCumulusCmr.onlyInCmr': ['ONLYCMR___1'],
      'granulesInCumulusCmr.onlyInCumulus': [{ granuleId: 'D1', collectionId: 'MOD09GQ___006' }],
      'granulesInCumulusCmr.onlyInCmr': [{ GranuleUR: 'C1', ShortName: 'MOD09GQ', Version: '006' }],
      'filesInCumulusCmr.onlyInCumulus': [
        { fileName: 'A1.hdf', uri: `s3://${BUCKETS.protected}/a/A1.hdf`, granuleId: 'A1' },
      ],
      'filesInCumulusCmr.onlyInCmr': [{ URL: 's3://elsewhere/a/A1.hdf', Type: 'GET DATA', GranuleUR: 'A1' }],
    });
    expect(report.granulesInCumulusCmr).toMatchObject({ okCount: 3, inOtherCollections: 1 });
    expect(report.lookedAtAgain).toEqual({ places: 0, granules: 3, resolved: 0 });
  });

  test('a granule that CMR has in another collection alone is a difference in both', async () => {
    cmr.granules.delete('native A1');
    publish('A1', [{ URL: link('A1'), Type: 'GET DATA' }], 'MYD13Q1');
    const inCumulus = { 'granulesInCumulusCmr.onlyInCumulus': [{ granuleId: 'A1', collectionId: 'MOD09GQ___006' }] };
    const inCmr = { 'granulesInCumulusCmr.onlyInCmr': [{ GranuleUR: 'A1', ShortName: 'MYD13Q1', Version: '006' }] };
    expect(differencesOf(await reconciled(api))).toEqual({ ...inCumulus, ...inCmr });
    const ofCollection = async (id: string) =>
      differencesOf(await reconciled(api, { filter: { collectionIds: [id] } }));
    expect(await ofCollection('MOD09GQ___006')).toEqual(inCumulus);
    expect(await ofCollection('MYD13Q1___006')).toEqual(inCmr);
    // In both: only what is too much.
    cmr.put(
      'native A1 too',
      'G100-CUMULUS',
      `${cmr.granules.get('native A1')?.metadata}`.replace('MYD13Q1', 'MOD09GQ'),
    );
    expect(differencesOf(await reconciled(api))).toEqual(inCmr);
  });

  test('granules whose collection is not in both are not taken to be equal', async () => {
    await api.archive('N1', [], { collectionId: 'NOWHERE___1' });
    const report = await reconciled(api, { filter: { granuleIds: ['N1'] } });
    expect(report).toMatchObject({ isEqual: false, granulesInCumulusCmr: { okCount: 0, inOtherCollections: 1 } });
    expect(differencesOf(report)).toEqual({});
    expect(await reconciled(api)).toMatchObject({ isEqual: false });
  });

  test('links of every form lead to files, and files that are not distributed need none', async () => {
    const [kept, inside, s3] = ['a/kept', 'a/é x', 'a/s3'];
    await api.empty();
    for (const id of ['B1', 'a2']) await api.archive(id, [data(id)], { published: true });
    await api.archive('A1', [
      { bucket: BUCKETS.private, key: kept, content: 'x' },
      { bucket: BUCKETS.public, key: inside, content: 'x' },
      { bucket: BUCKETS.public, key: s3, content: 'x' },
      { bucket: BUCKETS.public, key: 'a/mapped', content: 'x' },
    ]);
    cmr.granules.delete('native A1');
    publish('A1', [
      { URL: `https://${BUCKETS.public}.s3.us-west-2.amazonaws.com/a/%C3%A9%20x`, Type: 'GET DATA' },
      { URL: `s3://${BUCKETS.public}/${s3}`, Type: 'GET DATA VIA DIRECT ACCESS' },
      { URL: 'https://tea.example.org/path/of/bucket/a/mapped', Type: 'EXTENDED METADATA' },
    ]);
    await api.buckets.system.put(
      `${api.prefix}/distribution_bucket_map.json`,
      JSON.stringify({ [BUCKETS.public]: 'path/of/bucket' }),
    );
    const report = await reconciled(api);
    await api.buckets.system.remove(`${api.prefix}/distribution_bucket_map.json`);
    expect(differencesOf(report)).toEqual({});
    expect(report.filesInCumulusCmr.okCount).toBe(6);
  });

  test('what is published meanwhile is looked at again, and is no difference', async () => {
    await api.archive('D1', [data('D1')]);
    const published = await reconciled(api, {
      onProgress: ({ table }) => {
        if (table === 'CMR, MYD13Q1___006' || cmr.granules.has('native D1')) return;
        // Once the granules of its collection were listed.
        if (table.startsWith('s3://')) return;
        if (cmr.requests.some(({ path }) => path.includes('granules')))
          publish('D1', [{ URL: link('D1'), Type: 'GET DATA' }]);
      },
    });
    expect(differencesOf(published)).toEqual({});
    expect(published).toMatchObject({ isEqual: true, granulesInCumulusCmr: { okCount: 4 } });
  });

  test('reports about some granules ask CMR for these, and say what CMR cannot be asked', async () => {
    publish('C1', []);
    publish('M1', [], 'MYD13Q1');
    const onlyInCmr = async (filter: object) => (await reconciled(api, { filter })).granulesInCumulusCmr.onlyInCmr;
    expect(await onlyInCmr({ collectionIds: ['MYD13Q1___006'] })).toMatchObject([{ GranuleUR: 'M1' }]);
    expect(await onlyInCmr({ granuleIds: ['C1', 'A1'] })).toMatchObject([{ GranuleUR: 'C1' }]);
    const { collectionsInCumulusCmr, granulesInCumulusCmr } = await reconciled(api, { filter: { providers: ['p'] } });
    expect(granulesInCumulusCmr).toEqual({
      ...{ okCount: 0, onlyInCumulus: [], inOtherCollections: 0 },
      notCompared: expect.stringContaining('onlyInCmr: '),
    });
    expect(collectionsInCumulusCmr).toEqual({ notCompared: expect.any(String) });
    const ofCmr = await reconciled(api, { location: 'CMR' });
    expect(ofCmr.filesInCumulus).toEqual({ notCompared: expect.any(String) });
    expect(ofCmr.granulesInCumulusCmr.okCount).toBe(3);
    const asked = cmr.requests.length;
    const ofS3 = await reconciled(api, { location: 'S3' });
    expect(ofS3.granulesInCumulusCmr).toEqual({ notCompared: expect.any(String) });
    expect(cmr.requests.length).toBe(asked);
  });

  test('waiting for CMR ends with the work', async () => {
    const busy = [429, '{"errors":["Too many requests"]}', { 'Retry-After': '100' }] as const;
    cmr.instead = [undefined, busy];
    const stop = new AbortController();
    const work = reconciled(api, { abortSignal: stop.signal });
    while (cmr.instead.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await expect(work).rejects.toThrow(/aborted/);
  });

  test('CMR is waited for as long as it says, and an answer that is none of its own ends the work', async () => {
    const [busy, first] = [[429, '{"errors":["Too many requests"]}', { 'Retry-After': '1' }] as const, undefined];
    cmr.instead = [first, busy];
    const begun = performance.now();
    expect(await reconciled(api, { location: 'CMR' })).toMatchObject({ isEqual: true });
    expect(performance.now() - begun).toBeGreaterThan(990);
    // The token is known by now to another client only.
    cmr.instead = [undefined, [200, '<html>proxy</html>']];
    await expect(reconciled(api)).rejects.toThrow(/CMR did not list its collections; it answered 200/);
    cmr.instead = [undefined, [200, '{"hits":7,"items":[]}']];
    await expect(reconciled(api)).rejects.toThrow(/CMR says that it has 7 collections \(all\), and gave 0/);
  });
});
