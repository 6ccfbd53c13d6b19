import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { withCurrentFiles } from '../../src/models/earlier-files.ts';
import { Deployment } from './deployment.ts';

const EARLIER = {
  name: 'a.hdf',
  filename: 's3://archive/G1/a.hdf',
  fileSize: 17,
  checksumValue: 'abc',
  checksumType: 'md5',
};
const CURRENT = {
  bucket: 'archive',
  key: 'G1/a.hdf',
  fileName: 'a.hdf',
  size: 17,
  checksum: 'abc',
  checksumType: 'md5',
};

describe('the files of a granule that an earlier release wrote', () => {
  const filesOf = (...files: unknown[]) => withCurrentFiles({ granuleId: 'G1', files })['files'];

  test('are read as files of today', () => {
    expect(filesOf(EARLIER, CURRENT)).toEqual([CURRENT, CURRENT]);
  });

  test('keep what they have of today beside what they had, and what nobody knows', () => {
    const both = { ...EARLIER, bucket: 'b', key: 'k', size: 1, custom: true };
    expect(filesOf(both)).toEqual([{ ...CURRENT, bucket: 'b', key: 'k', size: 1, custom: true }]);
  });

  test('keep what cannot be read as today’s field', () => {
    const odd = { name: 7, filename: '/data/a.hdf', fileSize: 'large', checksumValue: null };
    expect(filesOf(odd, 'text', null)).toEqual([odd, 'text', null]);
  });

  test.each([undefined, 'none', {}])('are left alone where they are no list: %p', (files) => {
    const granule = { granuleId: 'G1', files };
    expect(withCurrentFiles(granule)).toBe(granule);
  });
});

onDynamoDBLocal('a granule that an earlier release wrote', () => {
  const deployment = new Deployment({ tables: ['GranulesTable'] });

  test('is read so by its key, in lists and by searches, and can be written back', async () => {
    const { granules } = deployment.models();
    const stored = { granuleId: 'G1', collectionId: 'A___1', status: 'completed', execution: 'e', published: false };
    await deployment.put('GranulesTable', { ...stored, files: [EARLIER], timestamp: 5, createdAt: 5, updatedAt: 5 });
    expect(await granules.get({ granuleId: 'G1' })).toMatchObject({ files: [CURRENT] });
    for await (const granule of granules.newest()) expect(granule.files).toEqual([CURRENT]);
    const filters = [{ kind: 'is', field: 'files.fileName', values: ['a.hdf'] }] as const;
    expect((await granules.search({ filters, limit: 10 })).records).toMatchObject([{ files: [CURRENT] }]);
    await granules.replace(await granules.get({ granuleId: 'G1' }));
    expect(await deployment.item('GranulesTable', { granuleId: 'G1' })).toMatchObject({ files: [CURRENT] });
  });
});
