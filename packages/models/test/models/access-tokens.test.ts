import { onDynamoDBLocal } from '@cumulus/local/jest';
import { expect, test } from '@jest/globals';
import { RecordAlreadyExistsError, RecordDoesNotExistError } from '../../src/errors.ts';
import { cipherFromEnvironment } from '../../src/secrets/cipher-from-environment.ts';
import { NoCipherError } from '../../src/secrets/errors.ts';
import { hashToken } from '../../src/secrets/token-hash.ts';
import { Deployment } from './deployment.ts';

const key = { accessToken: 'EDL-token' };
const token = { ...key, refreshToken: 'EDL-refresh', username: 'ada', expirationTime: 2_000_000_000 };
const earlier = { ...token, expirationTime: 2_000_000_000_123, createdAt: 1, custom: 1 };

onDynamoDBLocal('the model of access tokens', () => {
  const deployment = new Deployment();
  const rows = () => deployment.items('AccessTokensTable');
  const noCipher = () => deployment.models({ cipher: cipherFromEnvironment({}) }).accessTokens;

  async function expectMigrated(): Promise<void> {
    expect(await rows()).toEqual([
      expect.objectContaining({ accessToken: hashToken(key.accessToken), expirationTime: 2_000_000_000, custom: 1 }),
    ]);
    expect(JSON.stringify(await rows())).not.toContain('EDL');
  }

  test('stores a token under its hash, and the refresh token encrypted', async () => {
    const { accessTokens } = deployment.models();
    const created = await accessTokens.create(token);
    expect(created.accessToken).toBe(hashToken(key.accessToken));
    expect(JSON.stringify([created, ...(await rows())])).not.toContain('EDL');
    expect(await accessTokens.get(key)).toEqual(created);
    expect(await accessTokens.refreshToken(key)).toBe('EDL-refresh');
    await accessTokens.create({ accessToken: 'other' });
    expect(await accessTokens.refreshToken({ accessToken: 'other' })).toBeUndefined();
    await expect(accessTokens.refreshToken({ accessToken: 'none' })).rejects.toThrow(RecordDoesNotExistError);
  });

  test('does not take a hash for a token', async () => {
    const { accessTokens } = deployment.models();
    const { accessToken } = await accessTokens.create(token);
    expect(await accessTokens.find({ accessToken })).toBeUndefined();
    expect(await accessTokens.isValid({ accessToken })).toBe(false);
    expect(await accessTokens.batchGet([{ accessToken }])).toEqual([]);
    expect(await accessTokens.delete({ accessToken })).toBe(false);
    await expect(accessTokens.update({ accessToken }, { username: 'eve' })).rejects.toThrow(RecordDoesNotExistError);
    expect(await accessTokens.exists(key)).toBe(true);
  });

  test('is valid until its time, in whichever unit that was written', async () => {
    const { accessTokens } = deployment.models();
    for (const expirationTime of [2_000, 2_000_000_000, 2_000_000_000_999]) {
      await accessTokens.create({ ...key, expirationTime });
      const { expirationTime: seconds = 0 } = await accessTokens.get(key);
      expect(seconds).toBe(expirationTime === 2_000 ? 2_000 : 2_000_000_000);
      deployment.now = seconds * 1000 - 1;
      expect(await accessTokens.isValid(key)).toBe(true);
      deployment.now = seconds * 1000;
      expect(await accessTokens.isValid(key)).toBe(false);
      await accessTokens.delete(key);
    }
    await accessTokens.create(key);
    expect(await accessTokens.isValid(key)).toBe(false);
  });

  test('keeps the refresh token when what was read is written back', async () => {
    const { accessTokens } = deployment.models();
    const { refreshToken = '' } = await accessTokens.create(token);
    await accessTokens.replace({ ...(await accessTokens.get(key)), ...key });
    await accessTokens.update(key, { refreshToken, username: 'bob' });
    expect(await accessTokens.refreshToken(key)).toBe('EDL-refresh');
    await accessTokens.update(key, { refreshToken: 'EDL-next' });
    expect(await accessTokens.refreshToken(key)).toBe('EDL-next');
    await accessTokens.replace(key);
    expect(await accessTokens.refreshToken(key)).toBeUndefined();
  });

  test('shows no token in an error', async () => {
    const { accessTokens } = deployment.models();
    await accessTokens.create(token);
    const errors = await Promise.all(
      [
        accessTokens.create(token),
        accessTokens.create({ ...token, expirationTime: 'never' } as never),
        accessTokens.update(key, { expirationTime: 'never' } as never),
        accessTokens.replace({ ...token, expirationTime: 'never' } as never),
        accessTokens.get({ accessToken: 'EDL-none' }),
      ].map((work) => work.catch((error: unknown) => error)),
    );
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      const { message, stack, ...fields } = error as Error;
      expect(JSON.stringify([message, stack, fields])).not.toContain('EDL');
    }
  });

  test("moves an earlier release's row to its new key when it is met", async () => {
    const { accessTokens } = deployment.models();
    const meetings = [
      () => accessTokens.get(key),
      () => accessTokens.isValid(key),
      () => accessTokens.batchGet([key]),
      async () => (await accessTokens.list().page()).records,
      () => accessTokens.update(key, { username: 'bob' }),
      () => accessTokens.replace(token),
      () =>
        accessTokens.create(token).catch((error: unknown) => expect(error).toBeInstanceOf(RecordAlreadyExistsError)),
    ];
    for (const meet of meetings) {
      await deployment.empty('AccessTokensTable');
      await deployment.put('AccessTokensTable', earlier);
      expect(JSON.stringify([await meet()])).not.toContain('EDL');
      await expectMigrated();
      expect(await accessTokens.refreshToken(key)).toBe('EDL-refresh');
    }
    for (const remove of [() => accessTokens.delete(key), () => accessTokens.batchDelete([key])]) {
      await deployment.put('AccessTokensTable', earlier);
      await remove();
      expect(await rows()).toEqual([]);
    }
  });

  test('is found by all who meet such a row at once, who get what is stored', async () => {
    const { accessTokens } = deployment.models();
    for (let round = 0; round < 10; round += 1) {
      await deployment.empty('AccessTokensTable');
      await deployment.put('AccessTokensTable', earlier);
      const found = await Promise.all(Array.from({ length: 6 }, () => accessTokens.get(key)));
      const [row] = await rows();
      for (const record of found) expect(record).toEqual(row);
      await expectMigrated();
    }
  });

  test('stays deleted when it is read at the same time', async () => {
    const { accessTokens } = deployment.models();
    const inMilliseconds = { ...token, accessToken: hashToken(key.accessToken), expirationTime: 2_000_000_000_123 };
    for (let round = 0; round < 20; round += 1) {
      await deployment.put('AccessTokensTable', round % 2 === 0 ? earlier : inMilliseconds);
      const [deleted] = await Promise.all([accessTokens.delete(key), accessTokens.find(key), accessTokens.find(key)]);
      expect([deleted, await rows()]).toEqual([true, []]);
    }
  });

  test('prefers the newer of two rows of a token', async () => {
    const { accessTokens } = deployment.models();
    await accessTokens.create({ ...token, username: 'new' });
    await deployment.put('AccessTokensTable', earlier);
    expect((await accessTokens.get(key)).username).toBe('new');
    for await (const { username } of accessTokens.list()) expect(username).toBe('new');
    expect(await rows()).toEqual([expect.objectContaining({ username: 'new' })]);
  });

  test('without a key reads and deletes earlier rows, and changes none', async () => {
    const accessTokens = noCipher();
    await deployment.put('AccessTokensTable', earlier);
    expect(await accessTokens.get(key)).toMatchObject({ username: 'ada' });
    expect(await accessTokens.isValid(key)).toBe(true);
    deployment.now = 2_000_000_000_000;
    expect(await accessTokens.isValid(key)).toBe(false);
    await expect(accessTokens.update(key, { username: 'bob' })).rejects.toThrow(NoCipherError);
    await expect(accessTokens.replace({ ...key, username: 'bob' })).rejects.toThrow(NoCipherError);
    expect(await rows()).toEqual([earlier]);
    expect(await accessTokens.delete(key)).toBe(true);
    expect(await rows()).toEqual([]);
  });

  test('lists each row of an earlier release once, and shows no token, also in cursors', async () => {
    const { accessTokens } = deployment.models();
    const tokens = Array.from({ length: 25 }, (_, index) => `EDL-${index}`);
    for (const models of [accessTokens, noCipher()]) {
      for (const accessToken of tokens) await deployment.put('AccessTokensTable', { ...earlier, accessToken });
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await models.list({ limit: 4, cursor }).page();
        seen.push(...page.records.map((record) => record.accessToken));
        expect(Buffer.from(page.cursor ?? '', 'base64url').toString()).not.toContain('EDL');
        if (page.cursor === undefined) break;
        cursor = page.cursor;
      }
      expect(seen.sort()).toEqual(tokens.map(hashToken).sort());
      for (const accessToken of tokens) expect(await models.delete({ accessToken })).toBe(true);
    }
  });

  test('deletes what a list has shown', async () => {
    const { accessTokens } = deployment.models();
    await accessTokens.create(token);
    await deployment.put('AccessTokensTable', { ...earlier, accessToken: 'EDL-earlier' });
    const { records } = await noCipher().list().page();
    expect(records).toHaveLength(2);
    for (const record of records) expect(await accessTokens.deleteListed(record)).toBe(true);
    expect(await rows()).toEqual([]);
    for (const record of records) expect(await accessTokens.deleteListed(record)).toBe(false);
  });
});
