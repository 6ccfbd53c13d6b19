import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { earlierKeyOfToken, hashToken, isHashedToken } from '../../src/secrets/token-hash.ts';

describe('access tokens', () => {
  test('are hashed by SHA-256, always the same', () => {
    // The example of FIPS 180: SHA-256 of abc.
    const digest = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
    expect(hashToken('abc')).toBe(`sha256:${digest.toString('base64url')}`);
  });

  test('a hash is distinguished from a token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (token) => {
        expect(isHashedToken(hashToken(token))).toBe(true);
        expect(isHashedToken(token)).toBe(false);
        expect(earlierKeyOfToken(token)).toBe(token);
      }),
    );
  });

  test('what is read from the table is of no use as a token', () => {
    const stored = hashToken('token');
    expect(hashToken(stored)).not.toBe(stored);
    expect(earlierKeyOfToken(stored)).toBeUndefined();
  });
});
