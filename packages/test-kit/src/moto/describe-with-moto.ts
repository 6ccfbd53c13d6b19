import { afterAll, test } from '@jest/globals';
import { describeUnless } from '../needs/describe-unless.ts';
import { OwnMoto, whyNoMoto } from './own-moto.ts';

/**
 * Like {@link describeUnless}, for tests with a moto that is there, empty, before the first of them: what they define may use it already.
 * Only one block of a file can have it.
 *
 * @example
 * ```ts
 * await describeWithMoto('what lies in S3', (moto) => {
 *   const bucket = ownBucket(moto);
 *   test('…', async () => { … });
 * });
 * ```
 */
export async function describeWithMoto(title: string, tests: (moto: OwnMoto) => void): Promise<void> {
  const reason = await whyNoMoto();
  if (reason !== undefined) {
    describeUnless(reason, title, () => test('needs moto', () => undefined));
    return;
  }
  const moto = new OwnMoto();
  await moto.start();
  // Not of the tests' own block: where that is skipped, nothing is done after it.
  afterAll(() => moto.stop());
  describeUnless(undefined, title, () => tests(moto));
}
