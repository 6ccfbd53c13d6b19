import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { hashBody } from '../../src/aws/hash-body.ts';

test.each([0, 1, 32_767, 32_768, 2_000_000])('a body of %i bytes has one hash, whoever makes it', async (size) => {
  const body = Buffer.alloc(size, 'größer');
  const expected = createHash('sha256').update(body).digest('hex');
  for (const processors of [1, 2, 3, 4, 64]) expect(await hashBody(body, processors)).toBe(expected);
});

test('a part of a larger buffer is hashed alone', async () => {
  const whole = Buffer.alloc(100_000, 'ab');
  const part = whole.subarray(1, 40_001);
  expect(await hashBody(part, 8)).toBe(createHash('sha256').update(part).digest('hex'));
});
