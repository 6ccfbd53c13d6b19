import { randomBytes } from 'node:crypto';
import { CumulusError } from '@cumulus/dynamodb/aws';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DecryptionError, EncryptionError, InvalidKeyError } from '../../src/secrets/errors.ts';
import { localKeyCipher } from '../../src/secrets/local-key-cipher.ts';
import { everythingOf, failureOf } from './everything-of.ts';

const key = randomBytes(32).toString('base64');
const cipher = localKeyCipher(key);

/** Any well-formed text, of one or many bytes a character, empty and 4 KiB long too. */
const anyText = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary' }) },
  fc.constantFrom('', ' ', '\0', 'é'.repeat(2_048), '🛰'.repeat(1_024), 'local:v1:', 'x'.repeat(4_096)),
);

describe('localKeyCipher', () => {
  test('gives back any text, and never the same ciphertext twice', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const [one, other] = [await cipher.encrypt(text), await cipher.encrypt(text)];
        expect(one).toMatch(/^local:v1:[A-Za-z0-9+/]+=*$/);
        expect(one).not.toBe(other);
        expect(await cipher.decrypt(one)).toBe(text);
      }),
    );
  });

  test('another process with the same key reads it', async () => {
    expect(await localKeyCipher(`${key}\n`).decrypt(await cipher.encrypt('hunter2'))).toBe('hunter2');
  });

  test('refuses a ciphertext in which any bit is changed, and says so without secrets', async () => {
    const ciphertext = await cipher.encrypt('hunter2');
    const sealed = Buffer.from(ciphertext.slice('local:v1:'.length), 'base64');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = await failureOf(cipher.decrypt(`local:v1:${altered.toString('base64')}`));
      expect(error).toBeInstanceOf(DecryptionError);
      expect(error.message).toContain('altered, or another key than the one in CUMULUS_LOCAL_KEY');
      expect(everythingOf(error)).not.toContain('hunter2');
    }
  });

  test('refuses what another key encrypted', async () => {
    const error = await failureOf(
      localKeyCipher(randomBytes(32).toString('base64')).decrypt(await cipher.encrypt('hunter2')),
    );
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toMatch(/another key.*left as it is.*Set CUMULUS_LOCAL_KEY/s);
    expect(everythingOf(error)).not.toContain(key);
  });

  test.each([
    ['', 'is empty'],
    ['hunter2', 'of no form that is known'],
    ['local:v1:', 'damaged'],
    ['local:v1:AAAA', 'damaged'],
    ['local:v1:not base64', 'damaged'],
    ['local:v2:AAAA', 'a form that this release does not know'],
    [Buffer.alloc(180, 1).toString('base64'), 'one of KMS, or of a key pair'],
  ])('says of the ciphertext %j what is wrong', async (ciphertext, problem) => {
    const error = await failureOf(cipher.decrypt(ciphertext));
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toContain(problem);
    if (ciphertext.length > 9) expect(error.message).not.toContain(ciphertext);
  });

  test('refuses half a surrogate pair, which would not come back', async () => {
    await expect(cipher.encrypt('a\ud800')).rejects.toThrow(EncryptionError);
  });

  test.each([
    ['', 'has 0 bytes'],
    ['hunter2', 'is not base64'],
    [randomBytes(32).toString('hex'), 'has 48 bytes'],
    [randomBytes(16).toString('base64'), 'has 16 bytes'],
  ])('refuses the key %j, says how to make one, and does not show it', (bad, problem) => {
    const error = catchError(() => localKeyCipher(bad));
    expect(error).toBeInstanceOf(InvalidKeyError);
    expect(error).toBeInstanceOf(CumulusError);
    expect(error.message).toContain(problem);
    expect(error.message).toContain('openssl rand -base64 32');
    if (bad !== '') expect(everythingOf(error.message)).not.toContain(bad);
  });

  test('shows its key nowhere', () => {
    const bytes = Buffer.from(key, 'base64');
    for (const secret of [key, bytes.toString('hex'), bytes.toString('hex').replace(/(..)(?=.)/g, '$1 ')]) {
      expect(everythingOf(cipher)).not.toContain(secret);
    }
  });
});

function catchError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It did not fail.');
}
