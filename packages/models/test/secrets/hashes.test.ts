import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashPassword, isHashedPassword } from '../../src/secrets/password-hash.ts';
import { earlierKeyOfToken, hashToken, isHashedToken } from '../../src/secrets/token-hash.ts';
import { passwordMatches } from './password-matches.ts';

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

describe('passwords', () => {
  test('are hashed with a salt each, and recognised; no other is', async () => {
    const [one, other] = [await hashPassword('hunter2'), await hashPassword('hunter2')];
    expect(one).toMatch(/^scrypt:N=32768,r=8,p=3:[\w-]{22}:[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect([isHashedPassword(one), isHashedPassword('scrypt:'), isHashedPassword('hunter2')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(passwordMatches('hunter2', one)).toBe(true);
    expect(passwordMatches('hunter3', one)).toBe(false);
    expect(passwordMatches(one, one)).toBe(false);
  });

  test('are hashed whatever their text is, the empty one too', async () => {
    for (const password of ['', 'pässwörd 🛰', 'x'.repeat(5_000)]) {
      const stored = await hashPassword(password);
      expect(passwordMatches(password, stored)).toBe(true);
      expect(passwordMatches(`${password} `, stored)).toBe(false);
    }
  });
});
