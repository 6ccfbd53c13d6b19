import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless, ownFolder, whyNoCommands } from '@cumulus/test-kit';
import { type Item, itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { exportFiles } from '../recovery/export-fixture.ts';

const PAGE = fileURLToPath(new URL('../../../docs/how-to/other-tools.md', import.meta.url));
const SCANNED = fileURLToPath(new URL('../../../packages/dynamodb/test/fixtures/aws-scan.json', import.meta.url));
const shell = promisify(execFile);

const pdr = (number: number): Item => ({ pdrName: { S: `pdr-${number}` }, status: { S: 'completed' } });

describe('docs/how-to/other-tools.md', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test('has commands that do what they say', async () => {
    const [scanned, exported] = [tables.name('scanned-PdrsTable'), tables.name('exported-PdrsTable')];
    const csv = await tables.create([], ['pdrName']);
    const files = exportFiles([[pdr(1), pdr(2)], [pdr(3)]]);
    for (const [name, content] of files) {
      const path = join(folder, 'AWSDynamoDB/1', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await copyFile(SCANNED, join(folder, 'scan.json'));
    await writeFile(join(folder, 'pdrs.csv'), 'pdrName,status\npdr-1,completed\n');
    const keyOf = (number: number): Item => ({ pdrName: { S: `pdr-${number}` } });
    const NewImage: Item = { ...pdr(2), status: { S: 'failed' } };
    const Metadata = { WriteTimestampMicros: { N: '1' } };
    const changes = [
      { Metadata, Keys: keyOf(1) },
      { Metadata, Keys: keyOf(2), NewImage },
    ];
    await writeFile(join(folder, 'changes.json'), changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
    const names: Readonly<Record<string, string>> = {
      'scan.json': join(folder, 'scan.json'),
      'pdrs.csv': join(folder, 'pdrs.csv'),
      FULL: join(folder, 'AWSDynamoDB/1'),
      CHANGES: join(folder, 'changes.json'),
      'new-PdrsTable': scanned,
      'csv-PdrsTable': csv,
      'exported-PdrsTable': exported,
    };
    const commands = (await readFile(PAGE, 'utf8')).match(/^cumulus-api [^#\n]*/gm) ?? [];
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const args = command.trim().split(/\s+/).slice(1);
      const { code, stderr } = await cumulusApi(args.map((arg) => names[arg] ?? arg));
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.not.stringMatching(/WARNING/) });
    }
    expect(await itemsOf(scanned)).toHaveLength(3);
    expect(await itemsOf(csv)).toEqual([pdr(1)]);
    const applied = await itemsOf(exported);
    expect(applied).toHaveLength(2);
    expect(applied).toEqual(expect.arrayContaining([NewImage, pdr(3)]));
  });
});

const TOOLS = ['zip', 'unzip', 'bzip2', 'xz', 'lz4', 'zstd', 'tar', 'iconv', 'jq'];
describeUnless(
  await whyNoCommands(...TOOLS),
  'a file that is refused is read after the conversion that the refusal names',
  () => {
    const folder = ownFolder();
    const LINES = [pdr(1), pdr(2)].map((item) => `${JSON.stringify(item)}\n`).join('');
    const run = (command: string) => shell('sh', ['-c', command], { cwd: folder });

    test.each<[string, string, string]>([
      ['packed by zip', 'zip -q p.zip p.json && rm p.json', 'p.json'],
      ['packed by bzip2', 'bzip2 p.json', 'p.json'],
      ['packed by xz', 'xz p.json', 'p.json'],
      ['packed by lz4', 'lz4 -q p.json p.json.lz4 && rm p.json', 'p.json'],
      ['a tar archive', 'tar -cf p.tar p.json && rm p.json', 'p.json'],
      ['text in UTF-16', 'iconv -f UTF-8 -t UTF-16 p.json > wide.txt && rm p.json', 'out'],
      ['text in UTF-16, without a mark', 'iconv -f UTF-8 -t UTF-16LE p.json > wide.txt && rm p.json', 'out'],
      ['batch-get-item', `jq -s '{Responses: {TABLE: .}, UnprocessedKeys: {}}' p.json > got.txt && rm p.json`, 'out'],
    ])('%s', async (_, pack, unpacked) => {
      await run('rm -rf -- *');
      await writeFile(join(folder, 'p.json'), LINES);
      await run(pack);
      const [packed = ''] = (await run('ls')).stdout.trim().split('\n');
      const { code, stderr } = await cumulusApi(['verify', join(folder, packed)]);
      expect(code).toBe(1);
      const [, command = ''] = /: ((?:unzip|bunzip2|unxz|lz4|tar|iconv|jq) .*)/.exec(stderr) ?? [];
      expect(command).toContain(join(folder, packed));
      await run(unpacked === 'out' ? `${command} > out` : command);
      expect(await cumulusApiResult(['verify', join(folder, unpacked)])).toMatchObject({ items: 2, layout: 'lines' });
    });

    test('packed by zstd is read as it is', async () => {
      await run('rm -rf -- *');
      await writeFile(join(folder, 'p.json'), LINES);
      await run('zstd -q --rm p.json');
      expect(await cumulusApiResult(['verify', join(folder, 'p.json.zst')])).toMatchObject({
        items: 2,
        layout: 'lines',
      });
    });
  },
);
