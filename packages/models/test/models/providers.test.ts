import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { cipherFromEnvironment } from '../../src/secrets/cipher-from-environment.ts';
import { EncryptionError, NoCipherError } from '../../src/secrets/errors.ts';
import { Deployment } from './deployment.ts';

const key = { id: 's3' };
const provider = { ...key, host: 'data.example.gov' };
const credentials = { username: 'ada-lovelace', password: 'correct horse' };

onDynamoDBLocal('the model of providers', () => {
  const deployment = new Deployment({ tables: ['ProvidersTable'] });
  const row = () => deployment.item('ProvidersTable', key);
  const noCipher = () => deployment.models({ cipher: cipherFromEnvironment({}) }).providers;

  async function expectNothingPlain(): Promise<void> {
    const text = JSON.stringify(await deployment.items('ProvidersTable'));
    for (const plain of Object.values(credentials)) {
      expect(text).not.toContain(plain);
      expect(text).not.toContain(Buffer.from(plain).toString('base64'));
    }
    expect(await row()).toMatchObject({ encrypted: true });
  }

  test('stores credentials encrypted, and decrypts them when asked', async () => {
    const { providers } = deployment.models();
    const created = await providers.create({ ...provider, ...credentials });
    await expectNothingPlain();
    expect(JSON.stringify(created)).not.toContain(credentials.password);
    expect(await providers.credentials(key)).toEqual(credentials);
    expect(await providers.credentials(await providers.create({ id: 'none', host: 'h', encrypted: true }))).toEqual({});
    expect(await providers.get({ id: 'none' })).not.toHaveProperty('encrypted');
  });

  test('leaves credentials as they are stored when what was read is written back', async () => {
    const { providers } = deployment.models();
    await providers.create({ ...provider, ...credentials });
    const stored = await row();
    const {
      encrypted,
      username = '',
      password = '',
    } = await providers.replace({ ...(await providers.get(key)), port: 1 });
    await providers.update(key, { username, password, port: 2 });
    await providers.update(key, { encrypted: false } as never);
    await providers.update(key, {}, ['encrypted']);
    await providers.replace(provider, ['encrypted']);
    await providers.replace(provider);
    expect(encrypted).toBe(true);
    expect(await row()).toEqual(stored);
    expect(await providers.credentials(key)).toEqual(credentials);
  });

  test('changes one of the credentials, or removes it', async () => {
    const { providers } = deployment.models();
    await providers.create({ ...provider, ...credentials });
    const { username } = await providers.get(key);
    const changed = await providers.update(key, { password: 'battery staple' });
    expect(changed.username).toBe(username);
    expect(await providers.credentials(key)).toEqual({ ...credentials, password: 'battery staple' });
    await providers.replace({ ...(await providers.get(key)), username: 'bob' });
    expect(await providers.credentials(key)).toEqual({ username: 'bob', password: 'battery staple' });
    await providers.replace(await providers.get(key), ['password']);
    expect(await providers.credentials(key)).toEqual({ username: 'bob' });
    await providers.update(key, {}, ['username']);
    expect(await providers.credentials(key)).toEqual({});
    await providers.update(key, { username: '' });
    expect(await providers.credentials(key)).toEqual({ username: '' });
  });

  test("migrates an earlier release's row when it is met", async () => {
    const { providers } = deployment.models();
    const earlier = {
      ...provider,
      ...credentials,
      globalConnectionLimit: 5,
      protocol: 'http',
      createdAt: 1,
      custom: 1,
    };
    const meetings = [
      () => providers.get(key),
      async () => (await providers.list().page()).records,
      () => providers.batchGet([key]),
      () => providers.update(key, { port: 8080 }),
      () => providers.replace({ ...provider, ...credentials }),
    ];
    for (const meet of meetings) {
      await deployment.put('ProvidersTable', earlier);
      expect(JSON.stringify(await meet())).not.toContain(credentials.password);
      await expectNothingPlain();
      expect(await row()).toMatchObject({ custom: 1, createdAt: 1 });
      expect(await providers.credentials(key)).toEqual(credentials);
    }
  });

  test('encrypts both of such credentials when one is changed, however long the other', async () => {
    const { providers } = deployment.models();
    const username = 'u'.repeat(500);
    await deployment.put('ProvidersTable', { ...provider, username, password: 'plain', createdAt: 1 });
    await providers.update(key, { password: 'battery staple' });
    expect(await providers.credentials(key)).toEqual({ username, password: 'battery staple' });
    await deployment.put('ProvidersTable', { ...provider, username, password: 'plain', createdAt: 1 });
    await providers.replace({ ...provider, username, password: 'battery staple' });
    expect(await providers.credentials(key)).toEqual({ username, password: 'battery staple' });
  });

  test('gives all who meet such a row at once what is stored', async () => {
    const { providers } = deployment.models();
    await deployment.put('ProvidersTable', { ...provider, ...credentials, createdAt: 1 });
    const read = await Promise.all(Array.from({ length: 6 }, () => providers.get(key)));
    expect(new Set(read.map(({ password }) => password)).size).toBe(1);
    for (const one of read) await providers.replace(one);
    expect(await providers.credentials(key)).toEqual(credentials);
  });

  test('without a key reads and changes all but credentials', async () => {
    const providers = noCipher();
    await deployment.put('ProvidersTable', { ...provider, ...credentials, createdAt: 1 });
    expect(await providers.get(key)).toMatchObject(credentials);
    expect(await providers.credentials(key)).toEqual(credentials);
    await providers.update(key, { port: 1 });
    await providers.replace(provider);
    expect(await row()).toMatchObject(credentials);
    await expect(providers.update(key, { password: 'new' })).rejects.toThrow(NoCipherError);
    await expect(providers.replace({ ...provider, password: 'new' })).rejects.toThrow(NoCipherError);
    expect(await row()).toMatchObject(credentials);

    await expect(providers.create({ id: 'new', host: 'h', password: 'p' })).rejects.toThrow(NoCipherError);
    expect(await providers.exists({ id: 'new' })).toBe(false);
    await providers.create({ id: 'new', host: 'h' });

    await deployment.models().providers.get(key);
    expect(await providers.get(key)).toMatchObject({ encrypted: true });
    await expect(providers.credentials(key)).rejects.toThrow(NoCipherError);
  });

  test("is read although an earlier release's credentials cannot be encrypted just now", async () => {
    const refusing = { encrypt: () => Promise.reject(new EncryptionError('KMS refused')), decrypt: async () => '' };
    const { providers } = deployment.models({ cipher: refusing });
    await deployment.put('ProvidersTable', { id: 'old', host: 'h', protocol: 'http', password: 'plain', createdAt: 1 });
    expect(await providers.exists({ id: 'old' })).toBe(true);
    expect((await providers.list().page()).records).toHaveLength(1);
    await expect(providers.update({ id: 'old' }, { password: 'new' })).rejects.toThrow(EncryptionError);
  });
});
