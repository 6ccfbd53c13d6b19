import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { granules } from '../kit/granules.ts';

describe('a command that cannot begin says why, and changes nothing', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test('names the table that does not exist', async () => {
    const directory = join(folder, 'no-table');
    const backup = await cumulusApi(['backup', '--table', tables.name('Nothing'), '--directory', directory]);
    expect(backup).toMatchObject({ code: 1, stdout: '' });
    expect(backup.stderr).toContain(`${tables.name('Nothing')} does not exist`);
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  test('says that there are no credentials, and how to give them', async () => {
    const backup = await cumulusApi(['backup', '--table', 'some-table', '--directory', folder], {
      environment: {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_PROFILE: undefined,
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
        AWS_CONFIG_FILE: join(folder, 'none'),
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    expect(backup).toMatchObject({ code: 1, stdout: '' });
    expect(backup.stderr).toMatch(/No AWS credentials/);
    expect(backup.stderr).toContain('AWS_ACCESS_KEY_ID');
    expect(await readdir(folder)).toEqual([]);
  });

  test('says that the endpoint does not answer, and names it', async () => {
    const { environment } = await withFaults([], async (proxy) => ({ environment: proxy.environment }));
    const backup = await cumulusApi(['backup', '--table', 'some-table', '--directory', folder], { environment });
    expect(backup).toMatchObject({ code: 1, stdout: '' });
    expect(backup.stderr).toMatch(/did not answer .*ECONNREFUSED/);
    expect(backup.stderr).toContain(String(environment['AWS_ENDPOINT_URL_DYNAMODB']));
    expect(await readdir(folder)).toEqual([]);
  });

  test('ends with 2 on wrong usage, and tries nothing', async () => {
    await withFaults([], async (proxy) => {
      for (const args of [
        [],
        ['back-up'],
        ['backup'],
        ['backup', '--table', 'some-table', '--prefix', 'some'],
        ['backup', '--table', 'some-table', '--segments', 'many'],
        ['backup', '--table', 'some-table', '--no-such-option'],
        ['restore'],
        ['restore', 'some.json'],
        ['restore', 'some.json', '--table', 'some-table', '--overwrite', '--skip-existing'],
        ['verify'],
      ]) {
        const ended = await cumulusApi(args, proxy);
        expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code: 2, stdout: '' });
        expect(ended.stderr).toMatch(/\S/);
      }
      expect(proxy.calls).toBe(0);
    });
  });

  test('goes on with the other tables when one of several fails, and ends with 1', async () => {
    const whole = await tables.create(granules(3));
    const missing = tables.name('Missing');
    const args = ['backup', '--table', whole, '--table', missing, '--directory', join(folder, 'several'), '--json'];
    const backup = await cumulusApi(args);
    expect(backup.code).toBe(1);
    expect(backup.stderr).toContain(missing);
    expect(await readdir(join(folder, 'several'))).toContain(`${whole}.json`);
  });
});
