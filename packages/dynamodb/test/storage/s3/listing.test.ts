import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { S3Objects } from '../../../src/storage/s3/objects.ts';

describeUnless(await whyNoMoto(), 'the listing of a bucket', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'listed-objects');

  test('has all objects with their sizes, whatever their keys are, in the order of the bytes of these', async () => {
    const keys = ['a b+c', 'a/b', 'a%20b', 'é', '～', '𝄞', 'z', '\u0001'];
    for (const key of keys) await bucket.put(key, key);
    const objects = new S3Objects(moto.s3);
    const read = async (after?: string) => {
      const all = [];
      for await (const page of objects.listing('listed-objects', { after })) all.push(...page);
      return all;
    };
    const inOrder = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await read()).toEqual(inOrder.map((key) => ({ key, size: Buffer.byteLength(key) })));
    expect((await read('z')).map(({ key }) => key)).toEqual(['é', '～', '𝄞']);
    expect((await read('é')).map(({ key }) => key)).toEqual(['～', '𝄞']);
  });
});
