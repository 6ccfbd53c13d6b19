import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hostLocal, type Served, serveApi } from './served.ts';

const DOCS = fileURLToPath(new URL('../../../docs/how-to/serve-the-api.md', import.meta.url));
const run = promisify(execFile);

async function whyNoCurl(): Promise<string | undefined> {
  return run('curl', ['--version']).then(
    () => undefined,
    () => 'there is no curl on the PATH: apt-get install curl',
  );
}

describeUnless(await whyNoCurl(), 'the examples of docs/how-to/serve-the-api.md', () => {
  const tables = ownTables();
  let api: Served;
  let blocks: readonly string[];

  beforeAll(async () => {
    const text = await readFile(DOCS, 'utf8');
    blocks = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    api = await serveApi(['--local', '--prefix', tables.name(), '--port', '0'], {}, hostLocal);
  }, 60_000);
  afterAll(async () => {
    await api?.stop();
  });

  test('do as they stand, with the address and the token that serve --local prints', async () => {
    const [, token = ''] = /token: (\S+)/.exec(api.said()) ?? [];
    const examples = blocks.filter((block) => block.includes('curl '));
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const block of examples) {
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block], {
        env: { ...process.env, API: api.url, TOKEN: token },
      });
      expect(stdout).toMatch(/^\{/);
    }
    const settings = blocks.find((block) => block.startsWith('API='));
    expect(settings?.split('\n').map((line) => line.split('=')[0])).toEqual(['API', 'TOKEN', '']);
  });
});
