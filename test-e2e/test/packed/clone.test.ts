import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownFolder } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REPOSITORY } from './packages.ts';

/** As the pages have it. */
const INSTALL = 'npm install --global ./packages/api';

describe('the command in a clone', () => {
  const folder = ownFolder();
  const asked: string[] = [];
  let registry: Server;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    registry = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => registry.once('listening', resolve));
    const origin = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
    env = { ...process.env, npm_config_registry: origin, npm_config_update_notifier: 'false' };
  });

  afterAll(() => new Promise((resolve) => registry.close(resolve)));

  /** What npm links in a new clone: the package as git has it, without what it depends on. */
  async function newClone(): Promise<string> {
    const clone = await mkdtemp(join(folder, 'clone-'));
    const root = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as Record<string, unknown>;
    const api = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
    await mkdir(join(clone, 'packages/api'), { recursive: true });
    const { name, version, bin, type } = api;
    await writeFile(join(clone, 'package.json'), JSON.stringify({ name: root['name'], workspaces: ['packages/*'] }));
    await writeFile(join(clone, 'packages/api/package.json'), JSON.stringify({ name, version, bin, type }));
    await cp(join(REPOSITORY, 'packages/api/bin'), join(clone, 'packages/api/bin'), { recursive: true });
    await inFolder(clone, 'npm', 'install', '--package-lock-only');
    await inFolder(clone, 'npm', 'ci');
    return clone;
  }

  /** Runs a program in a folder. @returns how it ended */
  function inFolder(cwd: string, program: string, ...args: string[]) {
    return promisify(execFile)(program, args, { cwd, env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
    );
  }

  test('is what npx runs after npm ci, says how to build it, and runs once it is built; no registry is asked for it', async () => {
    const clone = await newClone();
    const before = await inFolder(clone, 'npx', 'cumulus-api', '--version');
    expect(before).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `cumulus-api: not built yet; run npm ci and npm run build in ${clone}/\n`,
    });

    await symlink(join(REPOSITORY, 'packages/api/dist'), join(clone, 'packages/api/dist'));
    const { version } = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
    expect(await inFolder(clone, 'npx', 'cumulus-api', '--version')).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    expect(asked).toEqual([]);
  });

  test('is installed for all folders by the line of README.md and packages/api/README.md, from the clone alone', async () => {
    for (const page of ['README.md', 'packages/api/README.md'])
      expect(await readFile(join(REPOSITORY, page), 'utf8')).toContain(`\n${INSTALL}\n`);
    const prefix = join(folder, 'prefix');
    const [npm = '', ...args] = INSTALL.split(' ');
    const installed = await inFolder(REPOSITORY, npm, ...args, '--prefix', prefix);
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    const { version } = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
    expect(await inFolder(folder, join(prefix, 'bin/cumulus-api'), '--version')).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
    expect(asked).toEqual([]);
  });
});
