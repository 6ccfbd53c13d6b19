import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ownFolder } from '@cumulus/test-kit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CredentialsError, createClient, createS3Client, createStreamsClient } from '../../src/aws/index.ts';

const folder = ownFolder();
const before = { ...process.env };
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'of the environment' };
const SECRET = 'aws_secret_access_key = secret';
let files = 0;

/** Writes both AWS files, and has only them and these variables decide. */
async function configure(config: string, credentials = '', variables: NodeJS.ProcessEnv = {}): Promise<void> {
  files += 1;
  const paths = {
    AWS_CONFIG_FILE: join(folder, `config-${files}`),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, `credentials-${files}`),
  };
  await writeFile(paths.AWS_CONFIG_FILE, config);
  await writeFile(paths.AWS_SHARED_CREDENTIALS_FILE, credentials);
  Object.assign(process.env, paths, variables);
}

async function keyOf(profile?: string): Promise<string> {
  const client = createClient({ profile });
  try {
    return (await client.config.credentials()).accessKeyId;
  } finally {
    client.destroy();
  }
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: folder });
});

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

describe('which credentials are taken', () => {
  const CREDENTIALS = `[default]\naws_access_key_id = AKIADEFAULT\n${SECRET}\n[archive]\naws_access_key_id = AKIAARCHIVE\n${SECRET}\n`;

  test.each([
    ['the default profile', {}, undefined, 'AKIADEFAULT'],
    ['that of AWS_PROFILE', { AWS_PROFILE: 'archive' }, undefined, 'AKIAARCHIVE'],
    [
      'the keys of the environment before AWS_PROFILE',
      { ...KEYS, AWS_PROFILE: 'archive' },
      undefined,
      'AKIAENVIRONMENT',
    ],
    ['a profile that is given before the keys', KEYS, 'archive', 'AKIAARCHIVE'],
    ['a profile that is given before AWS_PROFILE', { AWS_PROFILE: 'default' }, 'archive', 'AKIAARCHIVE'],
    [
      'AWS_PROFILE where there is a secret without a key',
      { AWS_PROFILE: 'archive', AWS_SECRET_ACCESS_KEY: 'of the environment' },
      undefined,
      'AKIAARCHIVE',
    ],
    ['a profile that is given before half a key', { AWS_ACCESS_KEY_ID: 'AKIAHALF' }, 'archive', 'AKIAARCHIVE'],
    ['the default profile where AWS_PROFILE is empty', { AWS_PROFILE: '' }, undefined, 'AKIADEFAULT'],
  ])('%s', async (_, variables, profile, key) => {
    await configure('', CREDENTIALS, variables);
    await expect(keyOf(profile)).resolves.toBe(key);
  });

  test('the keys of the environment where the profile has only a region, which holds', async () => {
    await configure('[profile place]\nregion = eu-central-1\n', '', KEYS);
    for (const profile of ['place', undefined]) {
      if (profile === undefined) process.env['AWS_PROFILE'] = 'place';
      await expect(keyOf(profile)).resolves.toBe('AKIAENVIRONMENT');
      const client = createClient({ profile });
      await expect(client.config.region()).resolves.toBe('eu-central-1');
    }
  });

  test('alike for streams and S3', async () => {
    await configure('', CREDENTIALS, { ...KEYS, AWS_PROFILE: 'archive' });
    for (const client of [createStreamsClient(), await createS3Client()]) {
      await expect(client.config.credentials()).resolves.toMatchObject({ accessKeyId: 'AKIAENVIRONMENT' });
    }
  });

  test('those that a program prints, with their session', async () => {
    const printed = { Version: 1, AccessKeyId: 'AKIAPROGRAM', SecretAccessKey: 'secret', SessionToken: 'session' };
    await writeFile(join(folder, 'printed.json'), JSON.stringify(printed));
    await configure(`[profile program]\ncredential_process = cat ${join(folder, 'printed.json')}\n`);
    await expect(keyOf('program')).resolves.toBe('AKIAPROGRAM');
  });
});

describe('a profile that gives none is named, with the cause', () => {
  const messageOf = async (profile?: string): Promise<string> => {
    const error = await keyOf(profile).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredentialsError);
    return (error as Error).message;
  };

  test('a profile that does not exist, whatever else there is', async () => {
    const config = '[profile prod]\nregion = us-east-1\n[sso-session team]\nsso_region = us-east-1\n[services local]\n';
    await configure(config, `[sandbox]\naws_access_key_id = AKIASANDBOX\n${SECRET}\n`, KEYS);
    const expected = 'The AWS configuration files have no profile prdo. They name: prod, sandbox.';
    await expect(messageOf('prdo')).resolves.toBe(expected);
    process.env['AWS_PROFILE'] = 'prdo';
    await expect(messageOf()).resolves.toBe(expected);
    delete process.env['AWS_ACCESS_KEY_ID'];
    await expect(messageOf()).resolves.toBe(expected);
  });

  test('no profile at all', async () => {
    await configure('');
    await expect(messageOf('prod')).resolves.toBe('The AWS configuration files have no profile prod. They name none.');
  });

  test('half a key', async () => {
    await configure('', '[prod]\naws_access_key_id = AKIAHALF\n', KEYS);
    await expect(messageOf('prod')).resolves.toMatch(/^The profile prod gives no AWS credentials: Could not resolve/);
  });

  test.each([
    ['program', 'profile program', 'program'],
    ['default', 'default', undefined],
  ])(
    'a program of the profile %s that fails: its words, and nowhere its command line',
    async (name, section, given) => {
      await configure(`[${section}]\ncredential_process = sh -c 'echo the vault is sealed >&2; exit 3 --hidden'\n`);
      await expect(messageOf(given)).resolves.toBe(
        `The profile ${name} gives no AWS credentials: its credential_process failed: the vault is sealed`,
      );
      const error = await keyOf(given).catch((thrown: unknown) => thrown);
      expect(inspect(error, { depth: null })).not.toContain('--hidden');
    },
  );

  test.each([undefined, 'place'])('half a key in the environment, with the profile %s', async (profile) => {
    const config = '[profile place]\nregion = us-east-1\n';
    await configure(config, `[default]\naws_access_key_id = AKIADEFAULT\n${SECRET}\n`, {
      AWS_ACCESS_KEY_ID: 'AKIAHALF',
    });
    await expect(messageOf(profile)).resolves.toBe(
      'AWS_ACCESS_KEY_ID is set in the environment, but AWS_SECRET_ACCESS_KEY is not.\n  Set both, or none.',
    );
  });

  test.each([
    ["sh -c 'exit 3 --hidden'", 'its credential_process failed, without a word'],
    ['echo no JSON', 'Profile program credential_process returned invalid JSON.'],
    ['echo {}', 'Profile program credential_process did not return Version 1.'],
  ])('a program whose answer is none: %s', async (program, reason) => {
    await configure(`[profile program]\ncredential_process = ${program}\n`);
    await expect(messageOf('program')).resolves.toBe(`The profile program gives no AWS credentials: ${reason}`);
  });

  test('a session of SSO that is over', async () => {
    const cache = join(folder, '.aws', 'sso', 'cache');
    await mkdir(cache, { recursive: true });
    const token = {
      accessToken: 'token',
      expiresAt: '2020-01-01T00:00:00Z',
      startUrl: 'https://team.awsapps.com/start',
    };
    await writeFile(join(cache, `${createHash('sha1').update('team').digest('hex')}.json`), JSON.stringify(token));
    await configure(
      '[profile sso]\nsso_session = team\nsso_account_id = 123456789012\nsso_role_name = reader\n' +
        '[sso-session team]\nsso_region = us-east-1\nsso_start_url = https://team.awsapps.com/start\n',
    );
    await expect(messageOf('sso')).resolves.toMatch(
      /^The profile sso gives no AWS credentials: its SSO session is over .*\n {2}Log in: AWS_PROFILE=sso aws sso login$/,
    );
  });

  test('a role whose source does not exist', async () => {
    await configure('[profile role]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = absent\n');
    await expect(messageOf('role')).resolves.toMatch(/^The profile role gives no AWS credentials: .*absent/);
  });
});
