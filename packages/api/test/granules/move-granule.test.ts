import { createHash } from 'node:crypto';
import {
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { type ArchivedFile, BUCKETS, DISTRIBUTION, OwnArchive } from './own-archive.ts';

const LINK = 'https://cmr.uat.earthdata.nasa.gov/search/concepts/G1200000001-CUMULUS.json';

const url = (bucket: string, key: string): string => `${DISTRIBUTION}/${bucket}/${key}`;
const xmlOf = (dataUrl: string): string =>
  `<?xml version="1.0"?><Granule><GranuleUR>G1</GranuleUR><OnlineAccessURLs><OnlineAccessURL><URL>${dataUrl}</URL></OnlineAccessURL></OnlineAccessURLs></Granule>`;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const XML = xmlOf(url(BUCKETS.protected, 'a/G1.hdf'));
const MOVED_XML = xmlOf(url(BUCKETS.public, 'b/c/G1.hdf'));

const DATA = {
  bucket: BUCKETS.protected,
  key: 'a/G1.hdf',
  content: 'the data',
  type: 'data',
  checksum: 'x',
  checksumType: 'CKSUM',
};
const BROWSE = { bucket: BUCKETS.public, key: 'a/G1.jpg', content: 'browse' };
const METADATA = {
  ...{ bucket: BUCKETS.protected, key: 'a/G1.cmr.xml', content: XML, type: 'metadata' },
  ...{ checksum: md5(XML), checksumType: 'md5' },
};

const TO_PUBLIC = [{ regex: '\\.hdf$|\\.cmr\\.xml$', bucket: BUCKETS.public, filepath: 'b/c/' }];

describeUnless(await whyNoMoto(), 'moving the files of a granule', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const api = new OwnArchive(moto, cmr);

  const move = (destinations: unknown = TO_PUBLIC) => api.ask('PUT /granules/G1', { action: 'move', destinations });
  const archived = async (
    fields: object = {},
    files: readonly ArchivedFile[] = [DATA, BROWSE, METADATA],
  ): Promise<void> => {
    await api.empty();
    await api.archive('G1', files, fields);
    cmr.granules.clear();
    cmr.put('native-G1', 'G1200000001-CUMULUS', XML);
  };
  const MOVED = [`${BUCKETS.public}/a/G1.jpg`, `${BUCKETS.public}/b/c/G1.cmr.xml`, `${BUCKETS.public}/b/c/G1.hdf`];
  const expectMoved = async (): Promise<void> => {
    expect(await api.objects()).toEqual(MOVED);
    expect(await api.files()).toEqual(MOVED.map((place) => `${place}: G1`));
    expect((await api.buckets.public.read('b/c/G1.hdf')).content.toString()).toBe('the data');
    expect((await api.buckets.public.read('b/c/G1.cmr.xml')).content.toString()).toBe(MOVED_XML);
    const { content: _data, ...data } = DATA;
    const granule = await api.granule('G1');
    expect(granule.files).toEqual([
      { ...data, bucket: BUCKETS.public, key: 'b/c/G1.hdf', fileName: 'G1.hdf', size: 8 },
      { bucket: BUCKETS.public, key: 'a/G1.jpg', fileName: 'G1.jpg', size: 6 },
      {
        ...{ bucket: BUCKETS.public, key: 'b/c/G1.cmr.xml', fileName: 'G1.cmr.xml', size: MOVED_XML.length },
        ...{ type: 'metadata', checksum: md5(MOVED_XML), checksumType: 'md5' },
      },
    ]);
    expect(granule.productVolume).toBe(14 + MOVED_XML.length);
    expect(granule).not.toHaveProperty('movedFiles');
  };

  test('changes files, records, metadata and CMR, and answers as ever', async () => {
    await archived({ published: true, cmrLink: LINK });
    expect(await move()).toMatchObject({ status: 200, body: { granuleId: 'G1', action: 'move', status: 'SUCCESS' } });
    await expectMoved();
    expect(cmr.granules.get('native-G1')).toMatchObject({ metadata: MOVED_XML, contentType: 'application/echo10+xml' });
    expect(cmr.granules.size).toBe(1);
    expect(await api.granule('G1')).toMatchObject({ published: true, cmrLink: LINK, status: 'completed' });
    // Nothing is left to be done.
    expect((await move()).status).toBe(200);
    await expectMoved();
  });

  test('is done by the same request after an interruption anywhere; at each moment record and CMR name files that are there', async () => {
    const requests = await api.interruption.everywhere(async (work) => {
      await archived({ published: true, cmrLink: LINK });
      await work(() => move());
      const there = new Set(await api.objects());
      for (const { bucket, key } of (await api.granule('G1')).files) expect(there).toContain(`${bucket}/${key}`);
      const [, linked = ''] = /<URL>(.*)<\/URL>/.exec(cmr.granules.get('native-G1')?.metadata ?? '') ?? [];
      expect(there).toContain(linked.replace(`${DISTRIBUTION}/`, ''));
      expect((await move()).status).toBe(200);
      await expectMoved();
      expect(cmr.granules.get('native-G1')?.metadata).toBe(MOVED_XML);
    });
    // Two copies, CMR, the transaction, two deletions, and the note.
    expect(requests).toBeGreaterThanOrEqual(7);
  }, 120_000);

  test('DELETE of one whose move was interrupted leaves nothing behind', async () => {
    await api.interruption.everywhere(async (work) => {
      await archived();
      await work(() => move());
      const copied = (await api.granule('G1')).files.every(
        ({ bucket }: { bucket: string }) => bucket === BUCKETS.public,
      );
      expect((await api.ask('DELETE /granules/G1')).status).toBe(200);
      // Copies that no record ever named are known to nobody.
      if (copied) expect(await api.objects()).toEqual([]);
      expect(await api.files()).toEqual([]);
    });
  }, 120_000);

  test('refuses what would overwrite another file, before anything is changed', async () => {
    await archived();
    await api.buckets.public.put('b/c/G1.hdf', 'of another');
    const before = await api.objects();
    expect(await move()).toMatchObject({
      status: 409,
      body: {
        message:
          'Cannot move granule because the following files would be overwritten at the destination location: G1.hdf. ' +
          'Delete the existing files or reingest the source files.',
      },
    });
    expect(await api.objects()).toEqual(before);
    await api.buckets.public.put('b/c/G1.hdf', DATA.content);
    expect((await move()).status).toBe(200);
    await expectMoved();
  });

  test.each([
    ['a file is missing', async () => api.buckets.protected.remove('a/G1.hdf'), 409, /a\/G1\.hdf.* does not exist/],
    [
      'a file has another size than the record says',
      async () => api.buckets.protected.put('a/G1.hdf', 'x'),
      409,
      /has 1 bytes/,
    ],
    [
      'the metadata are damaged',
      async () => api.buckets.protected.put('a/G1.cmr.xml', '<Granule>'),
      409,
      /not valid XML/,
    ],
  ])('changes nothing where %s', async (_what, damage, status, said) => {
    await archived();
    await damage();
    const before = await api.objects();
    expect(await move()).toMatchObject({ status, body: { message: expect.stringMatching(said) } });
    expect(await api.objects()).toEqual(before);
    expect((await api.granule('G1')).files[0].key).toBe('a/G1.hdf');
  });

  test.each([
    [null, /takes destinations/],
    [[], /takes destinations/],
    [[{ regex: '(', bucket: 'b' }], /not a valid regular expression/],
    [[{ regex: 'a' }], /a regex and a bucket/],
    [[{ regex: 'hdf', bucket: 'b/c' }], /cannot be the name of a bucket/],
    [[{ regex: 'hdf', bucket: 'other', filepath: 'x', folder: 'y' }], /does not take folder/],
    [[{ regex: 'none', bucket: 'other' }], /No destination is for any file/],
    [[{ regex: 'hdf', bucket: 'other-bucket' }], /none of this deployment's/],
    [[{ regex: 'hdf', bucket: BUCKETS.public, filepath: 'x'.repeat(1_020) }], /longer than 1024 bytes/],
  ])('answers 400 to destinations that are none: %j', async (destinations, said) => {
    await archived();
    expect(await move(destinations)).toMatchObject({ status: 400, body: { message: expect.stringMatching(said) } });
  });

  test('takes the first destination that fits, and refuses two files at one place', async () => {
    await archived({}, [DATA, { ...DATA, key: 'b/G1.hdf' }]);
    expect(await move()).toMatchObject({ status: 400, body: { message: expect.stringContaining('Two files') } });
    await archived({}, [DATA]);
    const root = { regex: 'G1', bucket: BUCKETS.private };
    expect((await move([root, ...TO_PUBLIC])).status).toBe(200);
    expect(await api.objects()).toEqual([`${BUCKETS.private}/G1.hdf`]);
  });

  test('of a granule that is running, or published without metadata, is refused', async () => {
    await archived({ status: 'running' });
    expect((await move()).status).toBe(409);
    await archived({ published: true, cmrLink: LINK }, [DATA]);
    expect(await move()).toMatchObject({ status: 409, body: { message: expect.stringContaining('no metadata file') } });
    expect(await api.objects()).toEqual([`${BUCKETS.protected}/a/G1.hdf`]);
  });

  test('that CMR refuses leaves the record as it is, and is done once CMR takes it', async () => {
    await archived({ published: true, cmrLink: LINK });
    cmr.instead = [undefined, [422, '{"errors":["Parent collection does not exist."]}']];
    expect(await move()).toMatchObject({
      status: 502,
      body: { message: expect.stringContaining('Parent collection') },
    });
    cmr.instead = [];
    expect((await api.granule('G1')).files[0].bucket).toBe(BUCKETS.protected);
    expect((await move()).status).toBe(200);
    await expectMoved();
  });

  test('publishes metadata that stay where they are, in UMM-G too', async () => {
    const umm = (of: { bucket: string; key: string }): string =>
      JSON.stringify({
        GranuleUR: 'G1',
        RelatedUrls: [{ URL: url(of.bucket, of.key), Type: 'GET DATA' }],
        MetadataSpecification: { Name: 'UMM-G', Version: '1.6.5' },
      });
    const metadata = { bucket: BUCKETS.public, key: 'a/G1.cmr.json', content: umm(DATA) };
    await archived({ published: true, cmrLink: LINK }, [DATA, { ...metadata, checksum: '1', checksumType: 'CKSUM' }]);
    expect((await move([{ regex: 'hdf$', bucket: BUCKETS.public }])).status).toBe(200);
    const text = umm({ bucket: BUCKETS.public, key: 'G1.hdf' });
    const contentType = 'application/vnd.nasa.cmr.umm+json;version=1.6.5';
    expect(cmr.granules.get('native-G1')).toMatchObject({ metadata: text, contentType });
    expect((await api.buckets.public.read('a/G1.cmr.json')).content.toString()).toBe(text);
    // Nothing here makes a checksum of that kind.
    const { bucket, key } = metadata;
    expect((await api.granule('G1')).files[1]).toEqual({ bucket, key, fileName: 'G1.cmr.json', size: text.length });
  });

  test('leaves a file where it was for another granule that lists it', async () => {
    await archived({}, [DATA]);
    await api.services.models.files.replaceFrom({ bucket: DATA.bucket, key: DATA.key, granuleId: 'G2' });
    expect((await move()).status).toBe(200);
    expect(await api.objects()).toEqual([`${BUCKETS.protected}/a/G1.hdf`, `${BUCKETS.public}/b/c/G1.hdf`]);
    expect(await api.files()).toEqual([`${BUCKETS.protected}/a/G1.hdf: G2`, `${BUCKETS.public}/b/c/G1.hdf: G1`]);
    await api.services.models.files.delete(DATA);
  });

  test('of more files than a transaction takes is interrupted without harm', async () => {
    const files = Array.from({ length: 50 }, (_, index) => ({ ...DATA, key: `a/G1.${index}.hdf` }));
    await archived({}, files);
    let transactions = 0;
    api.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand') transactions += 1;
        if (transactions > 1) throw new Error('stopped');
        return next(args);
      },
      { step: 'initialize', name: 'stop' },
    );
    expect((await move()).status).toBe(500);
    api.client.middlewareStack.remove('stop');
    expect((await move()).status).toBe(200);
    const places = files.map(({ key }) => `${BUCKETS.public}/${key.replace('a/', 'b/c/')}`).sort();
    expect(await api.objects()).toEqual(places);
    expect(await api.files()).toEqual(places.map((place) => `${place}: G1`));
  }, 60_000);

  test('in buckets with versions keeps tags and metadata', async () => {
    await archived({}, [DATA]);
    for (const Bucket of [BUCKETS.protected, BUCKETS.public])
      await moto.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const at = { Bucket: BUCKETS.protected, Key: 'a/G1.hdf' };
    await moto.s3.send(
      new PutObjectCommand({ ...at, Body: DATA.content, Metadata: { of: 'tests' }, ContentType: 'application/x-hdf' }),
    );
    await moto.s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'k', Value: 'v w' }] } }));
    expect((await move()).status).toBe(200);
    const copied = await api.buckets.public.read('b/c/G1.hdf');
    expect(copied).toMatchObject({ metadata: { of: 'tests' }, type: 'application/x-hdf' });
    const { TagSet } = await moto.s3.send(new GetObjectTaggingCommand({ Bucket: BUCKETS.public, Key: 'b/c/G1.hdf' }));
    expect(TagSet).toEqual([{ Key: 'k', Value: 'v w' }]);
    expect(await api.objects()).toEqual([`${BUCKETS.public}/b/c/G1.hdf`]);
  });

  test('leaves what was written in the meantime to where a file was', async () => {
    await archived({}, [DATA]);
    const s3 = await api.services.clients.s3();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'DeleteObjectCommand') throw new Error('stopped');
        return next(args);
      },
      { step: 'initialize', name: 'stopped' },
    );
    expect((await move()).status).toBe(500);
    s3.middlewareStack.remove('stopped');
    await api.buckets.protected.put('a/G1.hdf', 'something else');
    expect((await move()).status).toBe(200);
    expect((await api.buckets.protected.read('a/G1.hdf')).content.toString()).toBe('something else');
    expect(await api.granule('G1')).not.toHaveProperty('movedFiles');
    expect(await api.files()).toEqual([`${BUCKETS.public}/b/c/G1.hdf: G1`]);
  });

  test('while S3 throttles is a 503, and is done afterwards', async () => {
    await archived();
    const s3 = await api.services.clients.s3();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'CopyObjectCommand') return next(args);
        throw Object.assign(new Error('Slow down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
      },
      { step: 'initialize', name: 'throttled' },
    );
    expect((await move()).status).toBe(503);
    s3.middlewareStack.remove('throttled');
    expect((await move()).status).toBe(200);
    await expectMoved();
  });

  test('refuses a copy that is not what was copied, and keeps the file', async () => {
    await archived({}, [DATA]);
    const s3 = await api.services.clients.s3();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName === 'CopyObjectCommand') await api.buckets.public.put('b/c/G1.hdf', 'THE DATA');
        return answer;
      },
      { step: 'initialize', name: 'damage' },
    );
    const answer = await move();
    s3.middlewareStack.remove('damage');
    expect(answer).toMatchObject({ status: 409, body: { message: expect.stringContaining('is not what') } });
    expect((await api.buckets.protected.read('a/G1.hdf')).content.toString()).toBe('the data');
    expect((await api.granule('G1')).files[0].bucket).toBe(BUCKETS.protected);
  });

  test('in a deployment without CMR moves what is not published; what is, is a 501 before anything is changed', async () => {
    const without = api.another({ systemBucket: BUCKETS.system });
    const ask = () => without.ask('PUT /granules/G1', { action: 'move', destinations: TO_PUBLIC });
    await archived({ published: true, cmrLink: LINK }, [METADATA]);
    expect(await ask()).toMatchObject({ status: 501, body: { message: expect.stringContaining('cmr_provider') } });
    await archived({}, [DATA]);
    expect((await ask()).status).toBe(200);
    expect(await api.objects()).toEqual([`${BUCKETS.public}/b/c/G1.hdf`]);
  });
});
