import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

const STORY = fileURLToPath(new URL('../dist/backup-story.js', import.meta.url));

describe('the backup story', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'demo-test-'));
  afterAll(() => rmSync(cwd, { recursive: true }));

  async function tell(env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [STORY], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    const status = new Promise((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await status, stdout, stderr };
  }

  test('ends well twice in a row, proves all records equal and leaves a backup of each table', async () => {
    for (const _time of ['first', 'second']) {
      const { status, stdout, stderr } = await tell();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const records = /filled with (\d+) records/.exec(stdout)?.[1];
      expect(Number(records)).toBeGreaterThan(1_000);
      expect(stdout).toContain(`${records} items proved equal`);
    }
    expect(readdirSync(join(cwd, 'backups')).filter((name) => /^demo-[A-Za-z]+\.json$/.test(name))).toHaveLength(11);
  });

  test('fails with what the failing command said', async () => {
    const { status, stderr } = await tell({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    expect(status).toBe(1);
    expect(stderr).toContain('cumulus-api tables create --prefix demo ended with 1:\ncumulus-api: DynamoDB in');
  });
});
