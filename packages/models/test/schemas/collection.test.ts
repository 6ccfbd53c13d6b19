import { describe, expect, test } from '@jest/globals';
import { collectionTypeIn } from '../../src/schemas/collection.ts';
import { check, checkChanges, examples, pathsOf } from './examples.ts';

const file = { bucket: 'protected', regex: '^a\\.hdf$', sampleFileName: 'a.hdf' };

describe('the regular expressions of a collection', () => {
  test('a granuleIdExtraction that matches sampleFileName and finds an id that granuleId matches is taken', async () => {
    const fields = { granuleId: '^a\\d$', granuleIdExtraction: '^(a\\d)\\.hdf$', sampleFileName: 'a1.hdf' };
    expect(await pathsOf('collection', fields)).toEqual([]);
  });

  test.each([
    ['a granuleId that is none', { granuleId: '(' }, 'granuleId'],
    ['a granuleIdExtraction that is none', { granuleIdExtraction: '(MOD09GQ' }, 'granuleIdExtraction'],
    ['a granuleIdExtraction that does not match', { granuleIdExtraction: '^(x)$' }, 'granuleIdExtraction'],
    ['a granuleIdExtraction that captures nothing', { granuleIdExtraction: 'MOD09GQ' }, 'granuleIdExtraction'],
    ['a granuleIdExtraction whose group is passed by', { granuleIdExtraction: '(x)?MOD09GQ' }, 'granuleIdExtraction'],
    ['a sampleFileName that is not matched', { sampleFileName: 'other.hdf' }, 'granuleIdExtraction'],
    ['a granuleId that does not match the id', { granuleId: '^MYD' }, 'granuleId'],
    ['a file regex that is none', { files: [file, { ...file, regex: '[' }] }, 'files[1].regex'],
    ['a file regex that does not match', { files: [{ ...file, regex: '^b' }] }, 'files[0].regex'],
    ['an empty file regex', { files: [{ ...file, regex: '' }] }, 'files[0].regex'],
    ['a file without bucket', { files: [{ ...file, bucket: undefined }] }, 'files[0].bucket'],
    ['a file with an empty bucket', { files: [{ ...file, bucket: '' }] }, 'files[0].bucket'],
  ])('%s is refused', async (_words, fields, path) => expect(await pathsOf('collection', fields)).toEqual([path]));

  test('only the first group counts', async () => {
    const granuleIdExtraction = '(x)?(MOD09GQ\\.A\\d{7})\\.hdf';
    expect(await pathsOf('collection', { granuleIdExtraction })).toEqual(['granuleIdExtraction']);
  });

  test('all that is wrong is reported at once', async () => {
    const fields = { name: '', granuleId: '(', sampleFileName: 'x', files: [{ ...file, regex: '[' }, 1], more: 1 };
    expect((await pathsOf('collection', fields)).sort()).toEqual(
      ['files[0].regex', 'files[1]', 'granuleId', 'granuleIdExtraction', 'more', 'name'].sort(),
    );
  });

  test('a violation reports the file name in question', async () => {
    expect(
      (await check('collection', { ...examples.collection, files: [{ ...file, regex: '^b' }] })).violations,
    ).toEqual([{ path: 'files[0].regex', message: 'does not match its sampleFileName a.hdf' }]);
  });
});

test('files of a collection take fields of later releases', async () => {
  expect(await pathsOf('collection', { files: [{ ...file, checksumFor: '^b', reportToEms: true }] })).toEqual([]);
});

test('files name buckets of the deployment, if those are known', async () => {
  const type = collectionTypeIn({ buckets: ['public', 'protected'] });
  const collection = { ...examples.collection, files: [file, { ...file, bucket: 'elsewhere' }] };
  expect((await type.check(collection as never)).violations).toEqual([
    { path: 'files[1].bucket', message: '"elsewhere" is no bucket of this deployment, which has protected, public' },
  ]);
  expect((await type.checkChanges({ files: [{ ...file, bucket: 'elsewhere' }] })).violations).toHaveLength(1);
  expect((await type.check(examples.collection as never)).violations).toEqual([]);
});

describe('the version of a collection', () => {
  test.each(['_1', '1___2', '___'])('%s is refused for a new one', async (version) => {
    expect(await pathsOf('collection', { version })).toEqual(['version']);
  });

  test('one that is in the table is kept, whatever it is', async () => {
    expect(await pathsOf('collection', { version: '_1' }, { ...examples.collection, version: '_1' })).toEqual([]);
  });
});

describe('changing single fields of a collection', () => {
  const paths = async (...given: Parameters<typeof checkChanges>) =>
    (await checkChanges(...given)).violations.map(({ path }) => path);

  test('a changed field has to fit what is stored', async () => {
    expect(await paths('collection', { sampleFileName: 'MOD09GQ.A2018001.xml' }, [], examples.collection)).toEqual([]);
    expect(await paths('collection', { sampleFileName: 'x' }, [], examples.collection)).toEqual([
      'granuleIdExtraction',
    ]);
    expect(await paths('collection', { granuleId: '^MYD' }, [], examples.collection)).toEqual(['granuleId']);
  });

  test('a stored collection that is wrong elsewhere can be changed', async () => {
    const wrong = { ...examples.collection, granuleId: '(', files: [{ ...file, regex: '[' }] };
    expect(await paths('collection', { dataType: 'x', sampleFileName: 'MOD09GQ.A2018001.xml' }, [], wrong)).toEqual([]);
  });

  test('a changed field that is as wrong as the stored one is refused', async () => {
    expect(await paths('collection', { granuleId: '(' }, [], { ...examples.collection, granuleId: '(' })).toEqual([
      'granuleId',
    ]);
  });

  test('each of the ruled fields takes part', () => {
    expect(collectionTypeIn({}).ruledFields).toEqual(['granuleId', 'granuleIdExtraction', 'sampleFileName']);
  });
});
