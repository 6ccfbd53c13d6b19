import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';

describe('a damaged backup is found by verify, and by restore before anything is written', () => {
  const folder = ownFolder();
  const tables = ownTables();
  let target: string;
  const good: Record<string, string> = {};

  beforeAll(async () => {
    const table = await tables.create(granules(200));
    target = await tables.create();
    for (const options of [[], ['--gzip']]) {
      const args = ['backup', '--table', table, '--directory', folder, ...options];
      good[options.join('')] = (await cumulusApiResult<{ file: string }>(args)).file;
    }
  });

  /** A copy of a backup with its manifest. */
  async function copyOf(file: string | undefined, name: string): Promise<string> {
    const copy = join(folder, name);
    await copyFile(String(file), copy);
    await copyFile(`${file}.manifest.json`, `${copy}.manifest.json`);
    return copy;
  }

  async function expectRefused(file: string, reason: RegExp): Promise<void> {
    for (const args of [
      ['verify', file],
      ['verify', file, '--table', target],
      ['restore', file, '--table', target],
    ]) {
      const ended = await cumulusApi(args);
      expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(ended.stderr).toContain(file);
      expect(ended.stderr).toMatch(reason);
    }
    expect(await itemsOf(target)).toEqual([]);
  }

  test('one byte flipped within a value', async () => {
    const file = await copyOf(good[''], 'flipped.json');
    const content = await readFile(file);
    const position = content.indexOf('MOD09GQ___');
    content.writeUInt8(content.readUInt8(position) ^ 1, position);
    await writeFile(file, content);
    await expectRefused(file, /SHA-256/);
  });

  test('one byte flipped in a gzipped file', async () => {
    const file = await copyOf(good['--gzip'], 'flipped.json.gz');
    const content = await readFile(file);
    const position = Math.floor(content.length / 2);
    content.writeUInt8(content.readUInt8(position) ^ 1, position);
    await writeFile(file, content);
    await expectRefused(file, /SHA-256|gzip|line \d+/);
  });

  test('cut short, at the end of a line', async () => {
    const file = await copyOf(good[''], 'short.json');
    const content = await readFile(file);
    await truncate(file, content.lastIndexOf('\n', content.length - 2) + 1);
    await expectRefused(file, /bytes/);
  });

  test('cut short, within a line, which is named', async () => {
    const file = await copyOf(good[''], 'within.json');
    await truncate(file, (await readFile(file)).length - 20);
    await expectRefused(file, /line 200\b/);
  });

  test('cut short, gzipped', async () => {
    const file = await copyOf(good['--gzip'], 'short.json.gz');
    await truncate(file, (await readFile(file)).length - 20);
    await expectRefused(file, /gzip|bytes/);
  });

  test('lengthened by a second copy of itself, gzipped', async () => {
    const file = await copyOf(good['--gzip'], 'doubled.json.gz');
    const content = await readFile(file);
    await writeFile(file, Buffer.concat([content, content]));
    await expectRefused(file, /bytes/);
  });

  test.each([
    ['{"granuleId":{"S":"unfinished', /line 17\b/],
    ['[1,2]', /line 17\b/],
    ['{"granuleId":{"S":"A","N":"1"}}', /line 17\b/],
    ['{"granuleId":{"N":"1"}}', /line 17\b/],
    ['{"other":{"S":"no key"}}', /line 17\b/],
  ])('a broken line among good ones, without a manifest: %s is named by its number', async (line, reason) => {
    const lines = (await readFile(String(good['']), 'utf8')).split('\n');
    lines[16] = line;
    const file = join(folder, 'broken.json');
    await writeFile(file, lines.join('\n'));
    const restore = await cumulusApi(['restore', file, '--table', target]);
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(reason);
    expect(await itemsOf(target)).toEqual([]);
  });

  test('a broken manifest, or one of a later format', async () => {
    const file = await copyOf(good[''], 'later.json');
    const manifest = JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')) as { formatVersion: number };
    await writeFile(`${file}.manifest.json`, JSON.stringify({ ...manifest, formatVersion: 1_000 }));
    await expectRefused(file, /manifest/);
    await writeFile(`${file}.manifest.json`, '{');
    await expectRefused(file, /manifest/);
  });

  test('no file at all', async () => {
    await expectRefused(join(folder, 'none.json'), /no such file/);
  });
});
