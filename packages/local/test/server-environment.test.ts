import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enterEnvironment, serverEnvironment, serverSettings } from '../src/server-environment.ts';

const SERVER = { endpoint: 'http://127.0.0.1:2' };

/** Whatever leads the SDK to a deployment. */
const DEPLOYMENT = {
  AWS_PROFILE: 'production',
  AWS_ACCESS_KEY_ID: 'theirs',
  AWS_SECRET_ACCESS_KEY: 'theirs',
  AWS_SESSION_TOKEN: 'theirs',
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'http://all.example.org',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb.example.org',
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: 'http://streams.example.org',
  AWS_ENDPOINT_URL_S3: 'http://s3.example.org',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/theirs',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/theirs',
};

describe('serverEnvironment', () => {
  test('leaves nothing of what was set for AWS, and names the server, a region and keys of letters and digits', () => {
    const environment = { ...DEPLOYMENT, PATH: '/bin', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    enterEnvironment(serverEnvironment(SERVER, { given: environment }), environment);
    expect(environment).toEqual({
      PATH: '/bin',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL_DYNAMODB: SERVER.endpoint,
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^[A-Za-z0-9]+$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^[A-Za-z0-9]+$/),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });

  test('sends no other service elsewhere than it is configured to', () => {
    const otherServices = 'http://127.0.0.1:3';
    expect(serverEnvironment(SERVER, { given: DEPLOYMENT, otherServices })).toMatchObject({
      AWS_ENDPOINT_URL: otherServices,
      AWS_ENDPOINT_URL_S3: undefined,
    });
  });
});

describe('serverSettings', () => {
  let directory: string;
  const before = { ...process.env };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'aws-settings-'));
    const config = join(directory, 'config');
    await writeFile(
      config,
      '[default]\nregion = eu-west-1\nendpoint_url = http://config.example.org\nservices = theirs\n' +
        '[services theirs]\ndynamodb =\n  endpoint_url = http://services.example.org\n',
    );
    Object.assign(process.env, DEPLOYMENT, { AWS_PROFILE: 'default', AWS_CONFIG_FILE: config });
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
    await rm(directory, { recursive: true });
  });

  test('take precedence over the environment and the configuration files of AWS', async () => {
    const client = new DynamoDBClient(serverSettings(SERVER));
    const { config } = client;
    expect(await config.region()).toBe('us-east-1');
    expect(await config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 2 });
    expect((await config.credentials()).accessKeyId).toBe('local');
    client.destroy();
  });
});
