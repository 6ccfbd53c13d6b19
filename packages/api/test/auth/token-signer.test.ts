import { describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { ExpiredTokenError, InvalidTokenError } from '../../src/auth/errors.ts';
import { TokenSigner } from '../../src/auth/token-signer.ts';

const SECRET = 'a secret of the tests that is as long as has to be: 64 bytes, HS512';
const KEY = new TextEncoder().encode(SECRET);
const NOW = 1_700_000_000_000;
const CLAIMS = { accessToken: 'access-token-of-the-provider', username: 'wanderer', expirationTime: NOW / 1000 + 60 };

const signer = new TokenSigner(SECRET);

/** A token that is right but for what a test changes. */
function signed(claims: Record<string, unknown>, algorithm = 'HS256', key = KEY): Promise<string> {
  const { expirationTime: exp, ...own } = CLAIMS;
  return new SignJWT({ ...own, exp, ...claims }).setProtectedHeader({ alg: algorithm }).sign(key);
}

/** What a token is refused with. */
async function refusalOf(token: string, now = NOW): Promise<Error> {
  const error = await signer.verify(token, now).then(
    () => new Error('The token was taken.'),
    (thrown: Error) => thrown,
  );
  // Errors are logged: neither the token nor what it says may be in them, or in a cause.
  expect(error.cause).toBeUndefined();
  expect(error.message).not.toContain(CLAIMS.accessToken);
  return error;
}

describe('TokenSigner', () => {
  test('reads what it signed', async () => {
    expect(await signer.verify(await signer.sign(CLAIMS), NOW)).toEqual(CLAIMS);
  });

  test('signs what earlier releases did: HS256 over accessToken, username and exp', async () => {
    const [head = '', payload = ''] = (await signer.sign(CLAIMS)).split('.');
    const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(json(head)).toEqual({ alg: 'HS256' });
    expect(json(payload)).toEqual({
      accessToken: CLAIMS.accessToken,
      username: 'wanderer',
      exp: CLAIMS.expirationTime,
    });
  });

  test('takes a token until its second has come, and not then', async () => {
    const token = await signer.sign(CLAIMS);
    const end = CLAIMS.expirationTime * 1000;
    await expect(signer.verify(token, end - 1)).resolves.toEqual(CLAIMS);
    expect(await refusalOf(token, end)).toBeInstanceOf(ExpiredTokenError);
  });

  test('takes no token of another key, even one past its time', async () => {
    const other = new TokenSigner(`${SECRET}, but another`);
    expect(await refusalOf(await other.sign(CLAIMS))).toBeInstanceOf(InvalidTokenError);
    expect(await refusalOf(await other.sign({ ...CLAIMS, expirationTime: 1 }))).toBeInstanceOf(InvalidTokenError);
  });

  test.each(['HS384', 'HS512'])('takes no token of %s, though it is of the same key', async (algorithm) => {
    expect(await refusalOf(await signed({}, algorithm))).toBeInstanceOf(InvalidTokenError);
  });

  test('takes no token without a signature', async () => {
    const { expirationTime: exp, ...own } = CLAIMS;
    const unsigned = new UnsecuredJWT({ ...own, exp }).encode();
    expect(await refusalOf(unsigned)).toBeInstanceOf(InvalidTokenError);
  });

  test('takes no token in which one character of any part differs', async () => {
    const token = await signer.sign(CLAIMS);
    for (const [part, text] of token.split('.').entries()) {
      const changed = text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`;
      const parts = token.split('.').with(part, changed);
      expect(await refusalOf(parts.join('.'))).toBeInstanceOf(InvalidTokenError);
    }
  });

  test.each(['', 'rubbish', '..', 'a.b.c', 'eyJ.eyJ.eyJ', `${'a'.repeat(100_000)}.b.c`])(
    'takes no text such as case %#',
    async (text) => {
      expect(await refusalOf(text)).toBeInstanceOf(InvalidTokenError);
    },
  );

  test.each([
    ['no accessToken', { accessToken: undefined }],
    ['an accessToken that is a number', { accessToken: 1 }],
    ['no username', { username: undefined }],
    ['a username that is a list', { username: ['wanderer'] }],
    ['no end', { exp: undefined }],
    ['an end that is a text', { exp: String(CLAIMS.expirationTime) }],
    ['a beginning that has not come', { nbf: NOW / 1000 + 30 }],
  ])('takes no token with %s, though it is well signed', async (_, claims) => {
    expect(await refusalOf(await signed(claims))).toBeInstanceOf(InvalidTokenError);
  });
});
