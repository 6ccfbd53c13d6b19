import { sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { constructCollectionId, deconstructCollectionId } from '../../src/schemas/collection-id.ts';
import { pathsOf } from './examples.ts';

const RUNS = sizeOf({ usual: 250, whole: 2_000 });

/** Names and versions out of few letters, so that most have underscores in odd places. */
const odd = fc.string({ unit: fc.constantFrom('_', '_', 'a', '1', '.'), minLength: 1, maxLength: 8 });

test.each([
  ['MOD09GQ', '006', 'MOD09GQ___006'],
  ['A___B', '1', 'A___B___1'],
  ['A_', '1', 'A____1'],
  ['A___', '1', 'A______1'],
  ['A', '1__2_', 'A___1__2_'],
])('%s in version %s is %s, and back', (name, version, id) => {
  expect(constructCollectionId({ name, version })).toBe(id);
  expect(deconstructCollectionId(id)).toEqual({ name, version });
});

test.each(['', 'A', 'A__1', '___', '___1', 'A___', 'A____'])('"%s" is no id of a collection', async (id) => {
  expect(deconstructCollectionId(id)).toBeUndefined();
  expect(await pathsOf('granule', { collectionId: id })).toContain('collectionId');
});

test('whatever key a collection may have, its id leads back to it', async () => {
  await fc.assert(
    fc.asyncProperty(odd, odd, async (name, version) => {
      const isRefused = (await pathsOf('collection', { name, version })).length > 0;
      const isClear = deconstructCollectionId(constructCollectionId({ name, version }))?.version === version;
      expect(isRefused).toBe(!isClear);
      if (isClear) expect(deconstructCollectionId(constructCollectionId({ name, version }))?.name).toBe(name);
    }),
    { numRuns: RUNS },
  );
});

test('records take just those ids that are taken apart', async () => {
  await fc.assert(
    fc.asyncProperty(odd, async (id) => {
      expect((await pathsOf('granule', { collectionId: id })).length === 0).toBe(
        deconstructCollectionId(id) !== undefined,
      );
    }),
    { numRuns: RUNS },
  );
});
