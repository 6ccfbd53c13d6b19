import { scryptSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashPassword, isHashedPassword, verifyPassword } from '../../src/secrets/password-hash.ts';
import { earlierKeyOfToken, hashToken, isHashedToken } from '../../src/secrets/token-hash.ts';

describe('access tokens', () => {
  test('are hashed by SHA-256, always the same', () => {
    // The example of FIPS 180: SHA-256 of abc.
    const digest = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
    expect(hashToken('abc')).toBe(`sha256:${digest.toString('base64url')}`);
  });

  test('a hash is told from a token', () => {
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
    expect(isHashedPassword(one)).toBe(true);
    expect(await verifyPassword('hunter2', one)).toEqual({ matches: true, needsRehash: false });
    expect(await verifyPassword('hunter3', one)).toEqual({ matches: false, needsRehash: false });
    expect(await verifyPassword(one, one)).toEqual({ matches: false, needsRehash: false });
  });

  test('work for any text, the empty one too', async () => {
    for (const password of ['', 'pässwörd 🛰', 'x'.repeat(5_000)]) {
      const stored = await hashPassword(password);
      expect(await verifyPassword(password, stored)).toMatchObject({ matches: true });
      expect(await verifyPassword(`${password} `, stored)).toMatchObject({ matches: false });
    }
  });

  test('in the clear, as earlier releases stored them, match and ask to be hashed', async () => {
    expect(await verifyPassword('hunter2', 'hunter2')).toEqual({ matches: true, needsRehash: true });
    expect(await verifyPassword('hunter', 'hunter2')).toEqual({ matches: false, needsRehash: false });
    expect(await verifyPassword('', '')).toEqual({ matches: false, needsRehash: false });
  });

  test('with less work than today match, and ask to be hashed again', async () => {
    const salt = Buffer.alloc(16, 1);
    const hash = scryptSync('hunter2', salt, 32, { N: 1_024, r: 8, p: 1 });
    const stored = `scrypt:N=1024,r=8,p=1:${salt.toString('base64url')}:${hash.toString('base64url')}`;
    expect(await verifyPassword('hunter2', stored)).toEqual({ matches: true, needsRehash: true });
    expect(await verifyPassword('hunter3', stored)).toEqual({ matches: false, needsRehash: false });
  });

  test('a damaged hash matches nothing, itself neither, and costs nothing', async () => {
    const rest = `${'A'.repeat(22)}:${'A'.repeat(43)}`;
    const damaged = [
      'scrypt:',
      `scrypt:N=32768,r=8,p=3:${'A'.repeat(22)}:AAA`,
      `scrypt:N=32767,r=8,p=3:${rest}`,
      `scrypt:N=1,r=8,p=3:${rest}`,
      `scrypt:N=0,r=0,p=0:${rest}`,
      `scrypt:N=67108864,r=8,p=1:${rest}`,
      `scrypt:N=262144,r=8,p=999:${rest}`,
    ];
    for (const stored of damaged) {
      expect(await verifyPassword(stored, stored)).toEqual({ matches: false, needsRehash: false });
    }
  });
});
