import { describe, expect, test } from '@jest/globals';
import { hashPassword, isHashedPassword } from '../../src/secrets/password-hash.ts';
import { passwordMatches } from './password-matches.ts';

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
