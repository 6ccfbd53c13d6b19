import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { passwordMatches } from '../secrets/password-matches.ts';
import { Deployment } from './deployment.ts';

const key = { userName: 'ada' };
const HASH = /^scrypt:N=32768,r=8,p=3:/;

onDynamoDBLocal('the model of users', () => {
  const deployment = new Deployment({ tables: ['UsersTable'] });
  const row = () => deployment.item('UsersTable', key);
  const storedMatches = async (password: string) => passwordMatches(password, (await row())?.['password']);

  test('stores passwords hashed', async () => {
    const { users } = deployment.models();
    await users.create({ ...key, password: 'correct horse' });
    expect(JSON.stringify(await row())).not.toContain('correct horse');
    expect((await row())?.['password']).toMatch(HASH);
    expect(await storedMatches('correct horse')).toBe(true);

    await users.update(key, { password: 'battery staple' });
    expect(await storedMatches('correct horse')).toBe(false);
    expect(await storedMatches('battery staple')).toBe(true);
  });

  test('keeps the hash when what was read is written back, or the password is left out', async () => {
    const { users } = deployment.models();
    const user = await users.create({ ...key, password: 'correct horse', expires: 5 });
    await users.replace({ ...(await users.get(key)), expires: 6 });
    await users.update(key, { password: user.password ?? '', expires: 7 });
    await users.replace(key);
    expect(await row()).toEqual({ ...key, password: user.password, createdAt: 1_000, updatedAt: 1_000 });
    await users.replace(await users.get(key), ['password']);
    expect(await row()).toEqual({ ...key, createdAt: 1_000, updatedAt: 1_000 });
  });

  test("migrates an earlier release's row when it is met, once, whoever meets it", async () => {
    const { users } = deployment.models();
    const earlier = { ...key, password: 'plain', refresh: 'oauth', custom: 1 };
    const meetings = [
      () => users.get(key),
      async () => (await users.list().page()).records,
      () => users.batchGet([key]),
      () => users.update(key, { expires: 5_000 }),
    ];
    for (const meet of meetings) {
      await deployment.put('UsersTable', earlier);
      await meet();
      const { password, refresh, custom } = (await row()) ?? {};
      expect([password, refresh, custom]).toEqual([expect.stringMatching(HASH), undefined, 1]);
    }
    expect(await storedMatches('plain')).toBe(true);
  });

  test('gives all who meet such a row at once the hash that is stored', async () => {
    const { users } = deployment.models();
    await deployment.put('UsersTable', { ...key, password: 'plain' });
    const read = await Promise.all([users.get(key), users.get(key), users.get(key)]);
    expect(new Set(read.map(({ password }) => password))).toEqual(new Set([(await row())?.['password']]));
    for (const user of read) await users.replace(user);
    expect(await storedMatches('plain')).toBe(true);
  });

  test('does not bring back a user who was deleted while such a row was migrated', async () => {
    const { users } = deployment.models();
    await deployment.put('UsersTable', { ...key, refresh: 'oauth' });
    const { client } = deployment;
    // The row is deleted between its reading and the writing of the migrated one.
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'UpdateItemCommand') {
            client.middlewareStack.remove('deleteFirst');
            await users.delete(key);
          }
          return next(args);
        },
      { step: 'initialize', name: 'deleteFirst' },
    );
    await users.get(key);
    expect(await row()).toBeUndefined();
  });
});
