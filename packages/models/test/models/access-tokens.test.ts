import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { RecordAlreadyExistsError, RecordDoesNotExistError, SchemaValidationError } from '../../src/errors.ts';
import { cipherFromEnvironment } from '../../src/secrets/cipher-from-environment.ts';
import { NoCipherError } from '../../src/secrets/errors.ts';
import { hashToken } from '../../src/secrets/token-hash.ts';
import { Deployment } from './deployment.ts';

const key = { accessToken: 'EDL-token' };
const token = { ...key, refreshToken: 'EDL-refresh', username: 'ada', expirationTime: 2_000_000_000 };
const earlier = { ...token, expirationTime: 2_000_000_000_123, createdAt: 1, custom: 1 };

onDynamoDBLocal('the model of access tokens', () => {
  const deployment = new Deployment({ tables: ['AccessTokensTable'] });
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
    expect(await accessTokens.delete({ accessToken })).toBe(false);
    await expect(accessTokens.replace({ accessToken, username: 'eve' })).rejects.toThrow(RecordDoesNotExistError);
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
    await accessTokens.replace({ ...key, refreshToken, username: 'bob' });
    expect(await accessTokens.refreshToken(key)).toBe('EDL-refresh');
    await accessTokens.replace({ ...key, refreshToken: 'EDL-next' });
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
    await deployment.put('AccessTokensTable', earlier);
    await accessTokens.delete(key);
    expect(await rows()).toEqual([]);
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
    expect(await accessTokens.delete(key)).toBe(true);
    expect(await rows()).toEqual([]);
  });

  test('without a key reads and deletes earlier rows, and changes none', async () => {
    const accessTokens = noCipher();
    await deployment.put('AccessTokensTable', earlier);
    expect(await accessTokens.get(key)).toMatchObject({ username: 'ada' });
    expect(await accessTokens.isValid(key)).toBe(true);
    deployment.now = 2_000_000_000_000;
    expect(await accessTokens.isValid(key)).toBe(false);
    await expect(accessTokens.replace({ ...key, username: 'bob' })).rejects.toThrow(NoCipherError);
    expect(await rows()).toEqual([earlier]);
    expect(await accessTokens.delete(key)).toBe(true);
    expect(await rows()).toEqual([]);
  });

  test('is created once, of many at once', async () => {
    const { accessTokens } = deployment.models();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => accessTokens.create(token)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RecordAlreadyExistsError);
    }
  });

  test('keeps its times and unknown fields when it is replaced, and refuses new unknown fields', async () => {
    const { accessTokens } = deployment.models();
    await expect(accessTokens.replace(token)).rejects.toThrow(RecordDoesNotExistError);
    const { accessToken } = await accessTokens.create(token);
    const [row] = await rows();
    await deployment.put('AccessTokensTable', { ...row, custom: 1 });
    deployment.now = 2_000;
    const replaced = await accessTokens.replace({ ...key, username: 'bob' });
    expect(replaced).toEqual({ accessToken, username: 'bob', custom: 1, createdAt: 1_000, updatedAt: 2_000 });
    const unknown = { ...token, unknown: 1 };
    await expect(accessTokens.replace(unknown as never)).rejects.toThrow(SchemaValidationError);
    const other = { ...unknown, accessToken: 'EDL-other' };
    await expect(accessTokens.create(other as never)).rejects.toThrow(SchemaValidationError);
    await expect(accessTokens.replace(other as never)).rejects.toThrow(RecordDoesNotExistError);
    expect(await rows()).toEqual([replaced]);
  });

  test.each([[''], [5], [undefined], ['EDL-'.repeat(600)]])(
    'that cannot be a key, %j, is refused and not shown',
    async (given) => {
      const { accessTokens } = deployment.models();
      const bad = { accessToken: given as string };
      const uses = [() => accessTokens.create(bad), () => accessTokens.find(bad), () => accessTokens.delete(bad)];
      for (const use of uses) {
        const error = await use().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(SchemaValidationError);
        expect(String(error)).not.toContain('EDL');
      }
    },
  );
});
