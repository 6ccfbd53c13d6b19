import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpRequest } from '@smithy/core/protocols';
import { isAwsHost } from '../../src/aws/client.ts';
import {
  type ClientOptions,
  ConnectionError,
  createClient,
  createS3Client,
  createStreamsClient,
  DEFAULT_RETRY_POLICY,
  isLoopback,
  placeOf,
  withRetryPolicy,
} from '../../src/aws/index.ts';
import { sendExplained } from '../../src/aws/send.ts';

const folder = ownFolder();
const before = { ...process.env };
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  });
});

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

type Asking = {
  readonly middlewareStack: { add: (...args: never[]) => void };
  send: (command: never) => Promise<unknown>;
};

/** The host that a client's request would go to; nothing is sent. */
async function hostOf(client: object, command: object): Promise<string> {
  const asking = client as Asking;
  let host = '';
  const stop = () => (args: { readonly request: HttpRequest }) => {
    host = args.request.hostname;
    throw Object.assign(new Error('far enough'), { name: 'AbortError' });
  };
  asking.middlewareStack.add(stop as never, { step: 'finalizeRequest', priority: 'low' } as never);
  await asking.send(command as never).catch(() => undefined);
  return host;
}

async function hostsOf(options: ClientOptions): Promise<readonly string[]> {
  const given = { region: 'us-west-2', credentials, ...options };
  return [
    await hostOf(createClient(given), new DescribeTableCommand({ TableName: 'T-1' })),
    await hostOf(createStreamsClient(given), new ListStreamsCommand({})),
    await hostOf(await createS3Client(given), new HeadBucketCommand({ Bucket: 'my-backups' })),
  ];
}

const DUAL_STACK = [
  'dynamodb.us-west-2.api.aws',
  'streams-dynamodb.us-west-2.api.aws',
  'my-backups.s3.dualstack.us-west-2.amazonaws.com',
];

describe('requests go to', () => {
  test('dual-stack endpoints, by the environment or a profile', async () => {
    process.env['AWS_USE_DUALSTACK_ENDPOINT'] = 'true';
    expect(await hostsOf({})).toEqual(DUAL_STACK);
    delete process.env['AWS_USE_DUALSTACK_ENDPOINT'];
    // The SDK reads each file once.
    process.env['AWS_CONFIG_FILE'] = join(folder, 'six');
    await writeFile(join(folder, 'six'), '[profile six]\nuse_dualstack_endpoint = true\n');
    expect(await hostsOf({ profile: 'six' })).toEqual(DUAL_STACK);
  });

  test.each(['endpoint_url = URL', 'services = near\n[services near]\ndynamodb =\n  endpoint_url = URL'])(
    'that of a profile which is given: %s',
    async (setting) => {
      const server = createServer((_request, response) => response.end('{"TableNames":[]}'));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      // The SDK reads each file once.
      const config = join(folder, `near-${setting.length}`);
      await writeFile(config, `[profile near]\n${setting.replace('URL', url)}\n`);
      process.env['AWS_CONFIG_FILE'] = config;
      const client = createClient({ profile: 'near', region: 'us-east-1', credentials });
      for (const asking of [withRetryPolicy(client, DEFAULT_RETRY_POLICY), client]) {
        expect((await asking.send(new ListTablesCommand({}))).TableNames).toEqual([]);
        asking.destroy();
      }
      server.close();
    },
  );

  test('endpoints of FIPS, also with both kinds of addresses', async () => {
    process.env['AWS_USE_FIPS_ENDPOINT'] = 'true';
    expect(await hostsOf({})).toEqual([
      'dynamodb-fips.us-west-2.amazonaws.com',
      'streams.dynamodb-fips.us-west-2.amazonaws.com',
      'my-backups.s3-fips.us-west-2.amazonaws.com',
    ]);
    process.env['AWS_USE_DUALSTACK_ENDPOINT'] = 'true';
    expect(await hostsOf({})).toEqual([
      'dynamodb-fips.us-west-2.api.aws',
      'streams-dynamodb-fips.us-west-2.api.aws',
      'my-backups.s3-fips.dualstack.us-west-2.amazonaws.com',
    ]);
  });

  test('an endpoint of the streams that is named', async () => {
    const named = 'https://vpce-1a2b.streams.dynamodb.us-west-2.vpce.amazonaws.com';
    process.env['AWS_ENDPOINT_URL_DYNAMODB_STREAMS'] = named;
    expect((await hostsOf({}))[1]).toBe(new URL(named).hostname);
  });
});

test.each([
  [{}, 'https://dynamodb.us-east-1.api.aws', 'Endpoint override is not supported for dual-stack endpoints'],
  [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'http://127.0.0.1:1', 'FIPS and custom endpoint are not supported'],
  [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'http://127.0.0.1:1', 'Dualstack and custom endpoint are not supported'],
])(
  'settings that the SDK takes not together are an error that says so: %j with %s',
  async (variables, endpoint, said) => {
    Object.assign(process.env, variables);
    const client = createClient({ endpoint, credentials });
    const asked = sendExplained(client, new DescribeTableCommand({ TableName: 'T-1' }), { action: 'DescribeTable' });
    await expect(asked).rejects.toThrow(ConnectionError);
    await expect(asked).rejects.toThrow(said);
    client.destroy();
  },
);

test.each([
  ['dynamodb.us-east-1.amazonaws.com', true],
  ['dynamodb.us-gov-west-1.amazonaws.com', true],
  ['dynamodb.cn-north-1.amazonaws.com.cn', true],
  ['dynamodb.us-east-1.api.aws', true],
  ['dynamodb.cn-north-1.api.amazonwebservices.com.cn', true],
  ['vpce-1a2b-3c4d.dynamodb.us-east-1.vpce.amazonaws.com', true],
  ['amazonaws.com.example.org', false],
  ['localhost', false],
  ['[::1]', false],
])('%s is AWS’s own: %s', (host, isAws) => {
  expect(isAwsHost(host)).toBe(isAws);
});

test.each([
  ['[::1]', true],
  ['::1', true],
  ['127.0.0.2', true],
  ['[::ffff:127.0.0.1]', true],
  ['[::ffff:7f00:1]', true],
  ['[fd00::1]', false],
  ['[::2]', false],
])('%s is this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});

const hasIPv6 = Object.values(networkInterfaces()).some((of) => of?.some(({ address }) => address === '::1'));

describeUnless(hasIPv6 ? undefined : 'needs the address ::1 on this machine', 'an endpoint by its IPv6 address', () => {
  test('is asked straight, whatever the proxy, and named in errors', async () => {
    const server: Server = createServer((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'x#ResourceNotFoundException', message: 'none' }));
    });
    await once(server.listen(0, '::1'), 'listening');
    const endpoint = `http://[::1]:${(server.address() as AddressInfo).port}`;
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    const client = createClient({ endpoint, credentials });
    const context = { action: 'DescribeTable', table: 'T-1' };
    const asked = sendExplained(client, new DescribeTableCommand({ TableName: 'T-1' }), context);
    await expect(asked).rejects.toThrow(`Table T-1 does not exist in us-east-1 at ${endpoint}.`);
    expect(await placeOf(client)).toBe(`us-east-1 at ${endpoint}`);
    client.destroy();
    server.close();
  });
});

test.each(['nonsense', '127.0.0.1:8000', 'localhost:8000'])('%s is no endpoint, and named', async (endpoint) => {
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  const refusal = { name: 'ConnectionError', message: expect.stringContaining(`"${endpoint}", is no URL`) };
  const client = createClient({ region: 'us-east-1', credentials });
  const s3 = await createS3Client({ region: 'us-east-1', credentials });
  await expect(sendExplained(client, new ListTablesCommand({}), { action: 'ListTables' })).rejects.toMatchObject(
    refusal,
  );
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'bucket' }))).rejects.toMatchObject(refusal);
  expect(() => createStreamsClient({ credentials })).toThrow('is no URL');
});
