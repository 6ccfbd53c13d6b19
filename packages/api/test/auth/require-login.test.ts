import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Auth } from '../../src/auth/auth.ts';
import { TokenSigner } from '../../src/auth/token-signer.ts';
import type { HttpApi } from '../../src/http/http-api.ts';
import { apiOf, ownAuth } from './own-login.ts';
import { BEGINNING, OwnModels } from './own-models.ts';

onDynamoDBLocal('a route that needs a login', () => {
  const tables = new OwnModels();
  const { users, accessTokens } = tables.models;
  let auth: Auth;
  let api: HttpApi;
  let logins = 0;

  beforeEach(async () => {
    tables.now = BEGINNING + 500;
    auth = ownAuth(tables.models, () => tables.now);
    api = apiOf(auth);
    if (!(await users.exists({ userName: 'wanderer' }))) await users.create({ userName: 'wanderer' });
  });

  /** Makes a token, and the record of it, as logging in does. */
  async function tokenOf(username: string, seconds = 60): Promise<{ token: string; accessToken: string }> {
    const accessToken = `access-token-${++logins}`;
    const expirationTime = Math.floor(tables.now / 1000) + seconds;
    await accessTokens.create({ accessToken, username, expirationTime });
    return { token: await auth.signer.sign({ accessToken, username, expirationTime }), accessToken };
  }

  async function ask(authorization?: string): Promise<{ status: number; body: unknown }> {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await api.request('/me', { headers });
    return { status: answer.status, body: await answer.json() };
  }

  const unauthorized = (message: string) => ({
    status: 401,
    body: { statusCode: 401, error: 'Unauthorized', message },
  });
  const invalid = { status: 403, body: { statusCode: 403, error: 'Forbidden', message: 'Invalid access token' } };

  test('is answered to a user with a token, and knows who asks', async () => {
    const { token } = await tokenOf('wanderer');
    expect(await ask(`Bearer ${token}`)).toEqual({ status: 200, body: { me: 'wanderer' } });
    // RFC 9110, section 11.1: the scheme is the same however it is written.
    expect(await ask(`bearer   ${token} `)).toEqual({ status: 200, body: { me: 'wanderer' } });
  });

  test('is not answered without a token in the header, and says what is missing', async () => {
    const { token } = await tokenOf('wanderer');
    expect(await ask()).toEqual(unauthorized('Authorization header missing'));
    for (const other of [`Basic ${token}`, token, `Bearer${token}`])
      expect(await ask(other)).toEqual(unauthorized('Authorization scheme must be Bearer'));
    for (const bare of ['Bearer', 'Bearer   ']) expect(await ask(bare)).toEqual(unauthorized('Missing token'));
  });

  test('is not answered past the end of the token, to the second', async () => {
    const { token } = await tokenOf('wanderer', 60);
    tables.now = BEGINNING + 59_999;
    expect((await ask(`Bearer ${token}`)).status).toBe(200);
    tables.now = BEGINNING + 60_000;
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('Access token has expired'));
  });

  test('is answered with a token of an earlier release whose record does not say when it ends, until the token does', async () => {
    const accessToken = `access-token-${++logins}`;
    await accessTokens.create({ accessToken, username: 'wanderer' });
    const expirationTime = Math.floor(BEGINNING / 1000) + 60;
    for (const time of [expirationTime, expirationTime * 1000]) {
      const token = await auth.signer.sign({ accessToken, username: 'wanderer', expirationTime: time });
      tables.now = BEGINNING + 59_999;
      expect((await ask(`Bearer ${token}`)).status).toBe(200);
      tables.now = BEGINNING + 60_000;
      expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('Access token has expired'));
    }
  });

  test('is not answered when the token was given up', async () => {
    const { token, accessToken } = await tokenOf('wanderer');
    await accessTokens.delete({ accessToken });
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('Access token has expired'));
  });

  test('is not answered to a token of which there never was a record', async () => {
    const expirationTime = Math.floor(tables.now / 1000) + 60;
    const token = await auth.signer.sign({ accessToken: 'unknown', username: 'wanderer', expirationTime });
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });

  test('is not answered to whoever is no user, or no longer one', async () => {
    const { token } = await tokenOf('stranger');
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('User not authorized'));
    await users.create({ userName: 'stranger', expires: tables.now + 1_000 });
    expect((await ask(`Bearer ${token}`)).status).toBe(200);
    tables.now += 1_000;
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('User not authorized'));
    await users.delete({ userName: 'stranger' });
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('User not authorized'));
  });

  test("is not answered to a token of another user than the token's record", async () => {
    await users.create({ userName: 'other' });
    const { accessToken } = await tokenOf('other');
    const expirationTime = Math.floor(tables.now / 1000) + 60;
    const token = await auth.signer.sign({ accessToken, username: 'wanderer', expirationTime });
    expect(await ask(`Bearer ${token}`)).toEqual(unauthorized('User not authorized'));
  });

  test('is answered where an earlier release noted no user with the token', async () => {
    const expirationTime = Math.floor(tables.now / 1000) + 60;
    await accessTokens.create({ accessToken: 'of-nobody', expirationTime });
    const token = await auth.signer.sign({ accessToken: 'of-nobody', username: 'wanderer', expirationTime });
    expect((await ask(`Bearer ${token}`)).status).toBe(200);
  });

  describe('is not answered to a token', () => {
    test('of another secret', async () => {
      const { accessToken } = await tokenOf('wanderer');
      const expirationTime = Math.floor(tables.now / 1000) + 60;
      const other = new TokenSigner('another secret that is as long as one has to be');
      const token = await other.sign({ accessToken, username: 'wanderer', expirationTime });
      expect(await ask(`Bearer ${token}`)).toEqual(invalid);
    });

    test('without a signature, or whose user was changed', async () => {
      const { token } = await tokenOf('stranger');
      const [head = '', payload = '', signature = ''] = token.split('.');
      const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      for (const forged of [
        `${encoded({ alg: 'none' })}.${payload}.`,
        `${encoded({ alg: 'none' })}.${payload}.${signature}`,
        `${head}.${encoded({ ...claims, username: 'wanderer' })}.${signature}`,
        'rubbish',
      ]) {
        expect(await ask(`Bearer ${forged}`)).toEqual(invalid);
      }
    });

    test('of another algorithm, though it is of the same key', async () => {
      const secret = 'a secret as long as HS512 needs one: at least sixty-four bytes, which this is';
      api = apiOf({ ...auth, signer: new TokenSigner(secret) });
      const { accessToken } = await tokenOf('wanderer');
      const claims = { accessToken, username: 'wanderer', exp: Math.floor(tables.now / 1000) + 60 };
      const sign = (alg: string): Promise<string> =>
        new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
      expect((await ask(`Bearer ${await sign('HS256')}`)).status).toBe(200);
      expect(await ask(`Bearer ${await sign('HS512')}`)).toEqual(invalid);
    });
  });
});
