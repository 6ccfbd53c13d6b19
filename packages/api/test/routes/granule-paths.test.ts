import { beforeAll, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const FILE = '/granules/files/get_collection_and_granule_id';

describe('a granule', () => {
  const api = new OwnApi();

  beforeAll(async () => {
    const { granules, files } = api.services.models;
    const granule = { collectionId: 'MOD09GQ___006', status: 'completed', execution: 'https://console/x' } as const;
    for (const granuleId of ['one', 'two']) await granules.create({ granuleId, ...granule } as never);
    await files.create({ bucket: 'archive', key: 'of/one.hdf', granuleId: 'one' });
    await files.create({ bucket: 'archive', key: 'of/gone.hdf', granuleId: 'gone' });
  });

  test('is found by its collection too, and by no other', async () => {
    const { status, body } = await api.ask('GET /granules/MOD09GQ___006/one');
    expect({ status, body }).toMatchObject({ status: 200, body: { granuleId: 'one' } });
    expect(await api.ask('GET /granules/one')).toMatchObject({ status: 200, body });
    for (const request of ['GET', 'DELETE']) {
      expect(await api.ask(`${request} /granules/MOD09GQ___005/one`)).toMatchObject({
        status: 404,
        body: { message: "The granule 'one' is of the collection 'MOD09GQ___006', not of 'MOD09GQ___005'" },
      });
    }
    expect((await api.ask('GET /granules/one')).status).toBe(200);
    expect((await api.ask('GET /granules/MOD09GQ___006/none')).status).toBe(404);
  });

  test('is deleted by its collection', async () => {
    expect(await api.ask('DELETE /granules/MOD09GQ___006/two')).toMatchObject({ status: 200 });
    expect((await api.ask('GET /granules/two')).status).toBe(404);
    expect((await api.ask('DELETE /granules/MOD09GQ___006/two')).status).toBe(400);
  });

  test('is found by a file in S3', async () => {
    expect(await api.ask(`GET ${FILE}/archive/of%2Fone.hdf`)).toMatchObject({
      status: 200,
      body: { granuleId: 'one', collectionId: 'MOD09GQ___006' },
    });
    for (const path of ['archive/of%2Fnone.hdf', 'other/of%2Fone.hdf', 'archive/of%2Fgone.hdf']) {
      expect((await api.ask(`GET ${FILE}/${path}`)).status).toBe(404);
    }
  });
});
