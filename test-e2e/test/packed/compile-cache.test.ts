import { chmod, chown, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import semver from 'semver';
import { cumulusApi } from '../kit/command.ts';
import { NODE_VERSIONS, nodeVersion } from './node-versions.ts';
import { REPOSITORY } from './packages.ts';

const BIN = join(REPOSITORY, 'packages/api/bin/cumulus-api.js');
/** Loads what most commands load, and fails at once. */
const COMMAND = ['verify', 'no-such-backup.json'];
const FAILURE = 'cumulus-api: no-such-backup.json: no such file or directory (ENOENT).\n  Check the path.\n';
const NOBODY = 65_534;

for (const version of NODE_VERSIONS) {
  const found = nodeVersion(version);
  describeUnless(
    'missing' in found ? found.missing : undefined,
    `what Node ${version} compiles for the command`,
    () => {
      const folder = ownFolder();
      const program = ['node' in found ? found.node : '', BIN];
      const isKept = semver.gte(version, '22.1.0');
      let homes = 0;

      async function newHome(): Promise<string> {
        homes += 1;
        const home = join(folder, String(homes));
        await mkdir(home, { mode: 0o755 });
        return home;
      }

      async function run(env: NodeJS.ProcessEnv, command: readonly string[] = COMMAND): Promise<string> {
        const without = {
          XDG_CACHE_HOME: undefined,
          NODE_COMPILE_CACHE: undefined,
          NODE_DISABLE_COMPILE_CACHE: undefined,
        };
        const { code, stderr } = await cumulusApi(command, { program, environment: { ...without, ...env } });
        const isHelp = command !== COMMAND;
        expect(code).toBe(isHelp ? 0 : 1);
        if (env['NODE_DEBUG_NATIVE'] === undefined) expect(stderr).toBe(isHelp ? '' : FAILURE);
        return stderr;
      }

      /** Files and folders in a folder, or `undefined` where there is none. */
      const contents = (path: string) => readdir(path, { recursive: true }).catch(() => undefined);
      const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

      test(isKept ? 'is kept in a private folder, and taken from there' : 'is not kept', async () => {
        const HOME = await newHome();
        await run({ HOME });
        const kept = join(HOME, '.cache/cumulus-api/compile-cache');
        if (!isKept) return expect(await contents(HOME)).toEqual([]);
        expect((await contents(kept))?.length).toBeGreaterThan(5);
        for (const path of [kept, join(kept, '..'), join(HOME, '.cache')]) expect(await modeOf(path)).toBe(0o700);
        expect(await run({ HOME, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' })).toMatch(/dist\/bin\/index\.js was accepted/);
        return undefined;
      });

      if (!isKept) return;

      test('is kept where XDG_CACHE_HOME or NODE_COMPILE_CACHE says', async () => {
        const HOME = await newHome();
        await run({ HOME, XDG_CACHE_HOME: join(HOME, 'caches') });
        expect(await contents(join(HOME, 'caches/cumulus-api/compile-cache'))).not.toEqual([]);
        await run({ HOME, XDG_CACHE_HOME: join(HOME, 'other'), NODE_COMPILE_CACHE: join(HOME, 'named') });
        expect((await contents(HOME))?.filter((path) => !path.includes('/')).sort()).toEqual(['caches', 'named']);
      });

      test('is not kept for help, for a relative folder, without a home, or where Node is not to', async () => {
        const HOME = await newHome();
        await run({ HOME }, ['--version']);
        await run({ HOME }, ['backup', '--help']);
        await run({ HOME, NODE_DISABLE_COMPILE_CACHE: '1' });
        await run({ HOME: '', XDG_CACHE_HOME: 'caches' });
        await run({ HOME: undefined });
        expect(await contents(HOME)).toEqual([]);
      });

      test('is not kept where nothing can be created, and nothing is said of it', async () => {
        const HOME = await newHome();
        await writeFile(join(HOME, 'file'), '');
        for (const XDG_CACHE_HOME of ['/proc/self/none', join(HOME, 'file'), join(HOME, 'file/in/file')])
          await run({ HOME, XDG_CACHE_HOME });
        expect(await contents(HOME)).toEqual(['file']);
      });

      test('is not kept where it cannot be written, and nothing is said of it', async () => {
        const HOME = await newHome();
        await run({ HOME });
        const kept = join(HOME, '.cache/cumulus-api/compile-cache');
        const [release = ''] = await readdir(kept);
        const files = await readdir(join(kept, release));
        for (const file of files) {
          await rm(join(kept, release, file));
          await mkdir(join(kept, release, file, 'in the way'), { recursive: true });
        }
        await run({ HOME });
        await rm(join(kept, release), { recursive: true });
        await writeFile(join(kept, release), '');
        await run({ HOME });
        expect(await contents(kept)).toEqual([release]);
      });

      test.each([
        ['.cache', 0o770],
        ['.cache/cumulus-api', 0o707],
        ['.cache/cumulus-api/compile-cache', 0o722],
      ])('is neither kept nor taken where others can write into %s', async (path, mode) => {
        const HOME = await newHome();
        const kept = join(HOME, '.cache/cumulus-api/compile-cache');
        await mkdir(kept, { recursive: true, mode: 0o700 });
        await chmod(join(HOME, path), mode);
        await run({ HOME });
        expect(await contents(kept)).toEqual([]);
      });

      test('is neither kept nor taken where a link leads elsewhere', async () => {
        const HOME = await newHome();
        await mkdir(join(HOME, '.cache'), { mode: 0o700 });
        await mkdir(join(HOME, 'elsewhere'), { mode: 0o700 });
        await symlink(join(HOME, 'elsewhere'), join(HOME, '.cache/cumulus-api'));
        await run({ HOME });
        expect(await contents(join(HOME, 'elsewhere'))).toEqual(['compile-cache']);
      });

      const asRoot = process.geteuid?.() === 0 ? test : test.skip;

      asRoot('is neither kept nor taken in the home of another user, as with sudo', async () => {
        const HOME = await newHome();
        await chown(HOME, NOBODY, NOBODY);
        await run({ HOME });
        expect(await contents(HOME)).toEqual([]);
        const kept = join(HOME, '.cache/cumulus-api/compile-cache');
        await mkdir(kept, { recursive: true, mode: 0o700 });
        for (const path of [kept, join(HOME, '.cache')]) {
          await chown(path, NOBODY, NOBODY);
          await run({ HOME });
          expect(await contents(kept)).toEqual([]);
          await chown(path, 0, 0);
        }
      });
    },
  );
}
