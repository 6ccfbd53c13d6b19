import { constants, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Cipher } from '../../src/secrets/cipher.ts';
import { cipherFromEnvironment } from '../../src/secrets/cipher-from-environment.ts';
import { decryptCredentials, encryptCredentials } from '../../src/secrets/credentials.ts';
import { migrateAccessTokenRow, migrateProviderRow, migrateUserRow } from '../../src/secrets/earlier-rows.ts';
import { NoCipherError } from '../../src/secrets/errors.ts';
import { expirationInSeconds } from '../../src/secrets/expiration-time.ts';
import { localKeyCipher } from '../../src/secrets/local-key-cipher.ts';
import { hashToken } from '../../src/secrets/token-hash.ts';
import { passwordMatches } from './password-matches.ts';

const cipher = localKeyCipher(randomBytes(32).toString('base64'));
const noCipher = cipherFromEnvironment({});

/** As node-forge encrypted with a key pair in S3. */
function encryptByKeyPair(text: string): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');
}

describe('expirationInSeconds', () => {
  test('understands seconds and milliseconds, and gives whole seconds that are not later', () => {
    expect(expirationInSeconds(1_577_836_800)).toBe(1_577_836_800);
    expect(expirationInSeconds(1_577_836_800_000)).toBe(1_577_836_800);
    expect(expirationInSeconds(1_577_836_800_999)).toBe(1_577_836_800);
    expect(expirationInSeconds(1_577_836_800.7)).toBe(1_577_836_800);
    expect(expirationInSeconds(0)).toBe(0);
    const year1980to2200 = fc.integer({ min: 315_532_800, max: 7_258_118_400 });
    fc.assert(
      fc.property(year1980to2200, fc.integer({ min: 0, max: 999 }), (seconds, milliseconds) => {
        expect(expirationInSeconds(seconds * 1_000 + milliseconds)).toBe(seconds);
        expect(expirationInSeconds(seconds)).toBe(seconds);
      }),
    );
  });
});

describe('migrateAccessTokenRow', () => {
  const earlier = {
    accessToken: 'EDL-token',
    refreshToken: 'EDL-refresh',
    expirationTime: 1_577_836_800_123,
    username: 'jdoe',
    createdAt: 1_577_833_200_000,
    custom: { kept: true },
  };

  test('hashes the key, encrypts the refresh token, counts in seconds, and keeps the rest', async () => {
    const row = await migrateAccessTokenRow(earlier, cipher);
    expect(row).toEqual({
      ...earlier,
      accessToken: hashToken('EDL-token'),
      refreshToken: expect.stringMatching(/^local:v1:/),
      expirationTime: 1_577_836_800,
    });
    expect(await cipher.decrypt(row?.['refreshToken'] as string)).toBe('EDL-refresh');
    expect(JSON.stringify(row)).not.toContain('EDL');
  });

  test('leaves alone what it has migrated', async () => {
    const row = (await migrateAccessTokenRow(earlier, cipher)) ?? {};
    expect(await migrateAccessTokenRow(row, cipher)).toBeUndefined();
  });

  test('needs no cipher without a refresh token, and says what to set with one', async () => {
    const { refreshToken: _, ...withoutRefresh } = earlier;
    expect(await migrateAccessTokenRow(withoutRefresh, noCipher)).toMatchObject({
      accessToken: hashToken('EDL-token'),
    });
    await expect(migrateAccessTokenRow(earlier, noCipher)).rejects.toThrow(NoCipherError);
  });

  test('a row of this release that holds milliseconds is set right', async () => {
    const row = { accessToken: hashToken('t'), refreshToken: 'local:v1:x', expirationTime: 1_577_836_800_000 };
    expect(await migrateAccessTokenRow(row, noCipher)).toEqual({ ...row, expirationTime: 1_577_836_800 });
  });
});

describe('migrateProviderRow', () => {
  const provider = { id: 'PODAAC', protocol: 'ftp', host: 'ftp.example.com', globalConnectionLimit: 10 };

  test.each([[{}], [{ encrypted: false }]])('encrypts credentials in the clear, with %j', async (flag) => {
    const row = await migrateProviderRow({ ...provider, ...flag, username: 'jdoe', password: 'hunter2' }, cipher);
    expect(row).toMatchObject({ ...provider, encrypted: true });
    expect(JSON.stringify(row)).not.toMatch(/jdoe|hunter2/);
    expect(await decryptCredentials(row as object, cipher)).toEqual({ username: 'jdoe', password: 'hunter2' });
    expect(await migrateProviderRow(row ?? {}, cipher)).toBeUndefined();
  });

  test('encrypts a user name in the clear beside an encrypted password', async () => {
    const { password } = await encryptCredentials({ password: 'hunter2' }, cipher);
    const row = await migrateProviderRow({ ...provider, encrypted: true, username: 'jdoe', password }, cipher);
    expect(row?.['password']).toBe(password);
    expect(await decryptCredentials(row as object, cipher)).toEqual({ username: 'jdoe', password: 'hunter2' });
  });

  test('leaves ciphertexts of KMS and of a key pair untouched', async () => {
    const kms = { username: randomBytes(152).toString('base64'), password: randomBytes(159).toString('base64') };
    const keyPair = { username: encryptByKeyPair('jdoe'), password: encryptByKeyPair('hunter2') };
    for (const credentials of [kms, keyPair]) {
      expect(await migrateProviderRow({ ...provider, ...credentials, encrypted: true }, noCipher)).toBeUndefined();
    }
  });

  test('needs no cipher without credentials, and says what to set with some', async () => {
    expect(await migrateProviderRow({ ...provider, encrypted: false }, noCipher)).toBeUndefined();
    expect(await migrateProviderRow({ ...provider, username: '', password: '' }, noCipher)).toBeUndefined();
    await expect(migrateProviderRow({ ...provider, password: 'hunter2' }, noCipher)).rejects.toThrow(NoCipherError);
  });
});

describe('credentials', () => {
  test('come back as they were given, each alone too', async () => {
    const text = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(fc.record({ username: text, password: text }, { requiredKeys: [] }), async (plain) => {
        const encrypted = await encryptCredentials(plain, cipher);
        expect(encrypted.encrypted).toBe(true);
        expect(await decryptCredentials(encrypted, cipher)).toEqual(plain);
      }),
    );
  });

  test('in the clear, of a row without the flag, are read without a cipher', async () => {
    expect(await decryptCredentials({ username: 'anonymous' }, noCipher)).toEqual({ username: 'anonymous' });
  });

  test('are decrypted once each', async () => {
    const asked: string[] = [];
    const counting: Cipher = { ...cipher, encrypt: async (plain) => `${asked.push(plain)}` };
    await encryptCredentials({ username: 'u', password: 'p' }, counting);
    expect(asked.sort()).toEqual(['p', 'u']);
  });
});

describe('migrateUserRow', () => {
  test('hashes a password in the clear and takes the refresh token away', async () => {
    const earlier = { userName: 'jdoe', password: 'EDL-token', refresh: 'EDL-refresh', expires: 1_577_836_800_000 };
    const row = (await migrateUserRow(earlier)) ?? {};
    expect(row).toEqual({
      userName: 'jdoe',
      password: expect.stringMatching(/^scrypt:/),
      expires: 1_577_836_800_000,
    });
    expect(passwordMatches('EDL-token', row['password'])).toBe(true);
    expect(await migrateUserRow(row)).toBeUndefined();
  });

  test('leaves a user without a password alone', async () => {
    expect(await migrateUserRow({ userName: 'jdoe' })).toBeUndefined();
    expect(await migrateUserRow({ userName: 'jdoe', password: '' })).toBeUndefined();
    expect(await migrateUserRow({ userName: 'jdoe', refresh: 'EDL-refresh' })).toEqual({ userName: 'jdoe' });
  });
});
