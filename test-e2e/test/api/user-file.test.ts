import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TokenSigner } from '../../../packages/api/src/auth/token-signer.ts';
import { cumulusApi, cumulusApiResults } from '../kit/command.ts';
import { type Served, serveApi } from './served.ts';

const SECRET = 'a secret of the tests that is as long as has to be';

await describeWithMoto('a deployment of 1.18, whose users are in a file in S3', (moto) => {
  const bucket = ownBucket(moto, 'cumulus-internal');
  const prefix = ownTables().name();
  const table = `${prefix}-UsersTable`;
  const key = `${prefix}/api/authorized_oauth_users.json`;
  const client = createClient();
  const models = createModels({ client, tables: prefix });
  const signer = new TokenSigner(SECRET);
  const expirationTime = Math.floor(Date.now() / 1000) + 3_600;
  let environment: NodeJS.ProcessEnv;
  let served: Served[] = [];

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    await client.send(new DeleteTableCommand({ TableName: table }));
    await waitUntilTableNotExists({ client, maxWaitTime: 30 }, { TableName: table });
    for (const username of ['alice', 'mallory'])
      await models.accessTokens.create({ accessToken: `of-${username}`, username, expirationTime });
    environment = {
      ...bucket.environment,
      stackName: prefix,
      system_bucket: bucket.name,
      TOKEN_SECRET: SECRET,
      EARTHDATA_CLIENT_ID: 'client',
      EARTHDATA_CLIENT_PASSWORD: 'password',
      TOKEN_REDIRECT_ENDPOINT: 'http://127.0.0.1:1/token',
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
  }, 60_000);

  afterAll(async () => {
    for (const api of served) await api.stop();
    client.destroy();
  });

  async function serve(args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Served> {
    const api = await serveApi([...args, '--port', '0'], { ...environment, ...changes });
    served = [...served, api];
    return api;
  }

  async function statusOf({ url }: Served, username: string): Promise<number> {
    const token = await signer.sign({ accessToken: `of-${username}`, username, expirationTime });
    return (await fetch(`${url}/granules`, { headers: { Authorization: `Bearer ${token}` } })).status;
  }

  test('admits those whom the file names, and nobody while there is none', async () => {
    const api = await serve(['--prefix', prefix]);
    expect(api.said()).toContain(`${table} is missing: users are those of ${bucket.url(key)}`);
    expect(await statusOf(api, 'alice')).toBe(503);
    await bucket.put(key, '{"alice": true}');
    expect(await statusOf(api, 'alice')).toBe(503);
    await bucket.put(key, '["alice"]');
    expect(await statusOf(api, 'alice')).toBe(200);
    expect(await statusOf(api, 'mallory')).toBe(401);
  });

  test('is served by the names in the environment too, of which none is of a table of users', async () => {
    await bucket.put(key, '["alice"]');
    const named = Object.fromEntries(
      [...TABLE_NAMES, 'RecordCountsTable']
        .filter((name) => name !== 'UsersTable')
        .map((name) => [name, `${prefix}-${name}`]),
    );
    const api = await serve([], named);
    expect(await statusOf(api, 'alice')).toBe(200);
    expect(await statusOf(api, 'mallory')).toBe(401);
    // A table that is named has to be there: the file is no way around it.
    const strict = await serve([], { ...named, UsersTable: table });
    expect(await statusOf(strict, 'alice')).toBe(500);
  });

  test('is not served where nothing says which bucket has the file', async () => {
    const { code, stderr } = await cumulusApi(['serve', '--prefix', prefix, '--port', '0'], {
      environment: { ...environment, system_bucket: '' },
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('system_bucket') });
  });

  test('gets its users into the table by users import, after which the file counts no more', async () => {
    await bucket.put(key, '["alice"]');
    await createDeployment({ client, prefix });
    const command = ['users', 'import', bucket.url(key), '--prefix', prefix];
    expect(await cumulusApiResults(command, { environment })).toMatchObject([{ userName: 'alice', added: true }]);
    await bucket.put(key, '["mallory"]');
    const api = await serve(['--prefix', prefix]);
    expect(await statusOf(api, 'alice')).toBe(200);
    expect(await statusOf(api, 'mallory')).toBe(401);
  });
});
