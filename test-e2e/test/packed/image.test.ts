import { spawn } from 'node:child_process';
import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cumulusApi } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';
import { describePage } from '../pages/describe-page.ts';
import { Operator } from '../pages/operator.ts';
import { ownDeployment } from '../pages/own-deployment.ts';
import { baseImage, docker } from './docker.ts';
import { REPOSITORY } from './packages.ts';

const base = await baseImage();

describeUnless('missing' in base ? base.missing : undefined, 'the image of the command', () => {
  const folder = ownFolder();
  const tables = ownTables();
  ownDeployment({ perTable: 20 });
  const [image, stage] = [`cumulus-api-test:${tables.prefix}`, `cumulus-api-test:${tables.prefix}-build`];
  /** A user who is not root, and owns the folder. */
  const [uid, gid] = process.getuid?.() === 0 ? [1000, 1000] : [process.getuid?.() ?? 1000, process.getgid?.() ?? 1000];

  const BASE = 'image' in base ? base.image : '';
  const options = ['--network', 'host', '--build-arg', `BASE=${BASE}`, '--build-arg', 'PACKAGES=built', REPOSITORY];

  beforeAll(async () => {
    // The first stage by a name too, so that it can be removed.
    for (const named of [
      ['--target', 'build', '--tag', stage],
      ['--tag', image],
    ]) {
      const { code, stderr } = await docker(['build', '--quiet', '--force-rm', ...named, ...options]);
      if (code !== 0) throw new Error(stderr);
    }
    await chown(folder, uid, gid);
  }, 180_000);

  afterAll(async () => {
    await docker(['image', 'rm', '--force', image, stage]);
  }, 120_000);

  test('shows the help, and passes on the exit status of a wrong command line', async () => {
    const help = await docker(['run', '--rm', image]);
    expect(help).toEqual({ code: 0, stdout: (await cumulusApi(['--help'])).stdout, stderr: '' });
    const wrong = await docker(['run', '--rm', image, 'backup', '--tabel', 'a']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('tabel');
  });

  test('holds what users run, not what builds it, and is not run by root', async () => {
    const list = [
      'run',
      '--rm',
      '--entrypoint',
      'ls',
      image,
      '/opt/cumulus-api/node_modules',
      '/opt/cumulus-api/packages',
    ];
    const { stdout } = await docker(list);
    expect(stdout).not.toMatch(/^(typescript|esbuild|jest|dynalite|local|test-kit)$/m);
    expect(stdout).toContain('@node-saml');
    const { stdout: user } = await docker(['image', 'inspect', '--format', '{{.Config.User}}', image]);
    expect(user).toBe('1000:1000\n');
  });

  describePage('docs/how-to/container.md', {
    timeout: 120_000,
    operator: async () => {
      await mkdir(join(folder, '.aws'));
      const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
      const config = `[default]\nregion=${AWS_REGION}\nendpoint_url=${AWS_ENDPOINT_URL_DYNAMODB}\n`;
      await writeFile(join(folder, '.aws/config'), config);
      const credentials = `[default]\naws_access_key_id=${AWS_ACCESS_KEY_ID}\naws_secret_access_key=${AWS_SECRET_ACCESS_KEY}\n`;
      await writeFile(join(folder, '.aws/credentials'), credentials, { mode: 0o600 });
      await chown(join(folder, '.aws/credentials'), uid, gid);
      return Operator.at(folder, { HOME: folder });
    },
    steps: {
      'docker build': {
        run: async ({ text }) => {
          // As the page has it, from the base that this machine has.
          const [, ...args] = text.replace('--tag cumulus-api .', `--quiet --tag ${image}`).split(' ');
          expect(await docker([...args, ...options])).toMatchObject({ code: 0 });
          return '';
        },
      },
      'cumulus-api backup': {
        run: async ({ text }, reader) => {
          const { code, shown } = await reader.show(
            text
              .replace('docker run', 'docker run --network host')
              .replace('cumulus-api backup', `${image} backup`)
              // Whoever may use Docker, and so runs this test, may be root; the reader of the page is not.
              .replace('$(id -u):$(id -g)', `${uid}:${gid}`)
              .replace('mkdir -p backups', `mkdir -p backups && chown ${uid}:${gid} backups`),
          );
          expect({ code, shown }).toMatchObject({ code: 0 });
          return shown;
        },
        after: async () => {
          // Equal, and for nobody else to read.
          const file = join(folder, 'backups/prod-GranulesTable.json');
          expect((await cumulusApi(['verify', file, '--table', 'prod-GranulesTable'])).code).toBe(0);
          const { mode, uid: owner, gid: group } = await stat(file);
          expect({ mode: mode & 0o777, owner, group }).toEqual({ mode: 0o600, owner: uid, group: gid });
        },
      },
      'cumulus-api serve': {
        run: async ({ text }, reader) => {
          const settings = {
            ...{
              stackName: 'prod',
              TOKEN_SECRET: 'x'.repeat(32),
              TOKEN_REDIRECT_ENDPOINT: 'https://api.example.org/token',
            },
            ...{ EARTHDATA_CLIENT_ID: 'client', EARTHDATA_CLIENT_PASSWORD: 'password' },
          };
          const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
          await writeFile(join(folder, 'api.env'), lines.join(''));
          const name = `${tables.prefix}-serve`;
          const command = text
            .replace('docker run', `docker run --network host --name ${name}`)
            .replace('--publish 127.0.0.1:5001:5001 ', '')
            .replace('cumulus-api serve', `${image} serve --port 0`);
          const served = `for i in $(seq 300); do ! grep -q Serving served.txt || break; sleep 0.2; done`;
          await reader.run(`${command} > served.txt 2>&1 &\n${served}\ndocker stop ${name}\ngrep Serving served.txt`);
          return '';
        },
      },
    },
  });

  test('backs up and compares on a read-only file system without capabilities, as tasks on Fargate run it', async () => {
    const table = await tables.create(granules(5));
    const backups = join(folder, 'read-only');
    await mkdir(backups);
    await chown(backups, uid, gid);
    const env = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL_DYNAMODB'];
    const options = ['--rm', '--network', 'host', '--read-only', '--cap-drop', 'ALL', '--user', `${uid}:${gid}`];
    const more = ['--volume', `${backups}:/data/backups`, ...env.flatMap((name) => ['--env', name])];
    for (const command of [
      ['backup', '--table', table],
      ['verify', `backups/${table}.json`, '--table', table],
    ]) {
      expect(await docker(['run', ...options, ...more, image, ...command])).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('writes nothing where no folder is mounted, and says so', async () => {
    const table = await tables.create(granules(1));
    const env = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL_DYNAMODB'];
    const options = ['--rm', '--network', 'host', ...env.flatMap((name) => ['--env', name])];
    const { code, stderr } = await docker(['run', ...options, image, 'backup', '--table', table]);
    expect(code).toBe(1);
    expect(stderr).toContain('backups: no permission');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    ['Ctrl-C', 'SIGINT', 130],
    ['docker stop', 'SIGTERM', 143],
  ])('is stopped by %s as the command is', async (_, signal, status) => {
    // It answers nothing, so the command waits until it is stopped.
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const asked = new Promise((resolve) => silent.once('request', resolve));
    const name = `${tables.prefix}-${signal}`;
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const env = ['AWS_REGION=us-east-1', 'AWS_ACCESS_KEY_ID=test', 'AWS_SECRET_ACCESS_KEY=test'];
    const options = ['--rm', '--network', 'host', '--name', name, ...env.flatMap((value) => ['--env', value])];
    const command = ['backup', '--table', 'granules', '--directory', '/tmp', '--endpoint-url', url];
    const child = spawn('docker', ['run', ...options, image, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await Promise.race([asked, ended.then((status) => Promise.reject(new Error(`ended with ${status}`)))]);
    if (signal === 'SIGINT') child.kill('SIGINT');
    else await docker(['stop', name]);
    expect(await ended).toBe(status);
    silent.closeAllConnections();
    silent.close();
  });
});
