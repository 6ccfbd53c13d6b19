import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless, ownFolder, whyNoCommands } from '@cumulus/test-kit';
import type { Item } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';

const shell = promisify(execFile);

const pdr = (number: number): Item => ({ pdrName: { S: `pdr-${number}` }, status: { S: 'completed' } });

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
