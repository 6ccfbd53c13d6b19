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

  /** Asks the served API with the token that was printed. */
  async function ask(said: string): Promise<unknown> {
    const [, url] = /Serving (\S+)/.exec(said) ?? [];
    const [, token] = /token: (\S+)/.exec(said) ?? [];
    const response = await fetch(`${url}/granules?limit=1`, { headers: { Authorization: `Bearer ${token}` } });
    return response.json();
  }

  async function tell(env: NodeJS.ProcessEnv = {}) {
    const answers: unknown[] = [];
    const child = spawn(process.execPath, [STORY, '--port', '0'], {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
    const status = new Promise((resolve) => child.once('close', resolve));
    let said = '';
    child.stdout.on('data', async (chunk) => {
      said += chunk;
      if (!said.includes('Ctrl-C ends it') || answers.length > 0) return;
      answers.push(await ask(said));
      child.kill('SIGINT');
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await status, stdout, stderr, answer: answers[0] };
  }

  test('proves all records equal, leaves a backup of each table, serves the API, and ends well; twice in a row', async () => {
    for (const _time of ['first', 'second']) {
      const { status, stdout, stderr, answer } = await tell();
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('cumulus-api:') });
      expect(answer).toMatchObject({ meta: { count: 200, limit: 1 }, results: [{ granuleId: expect.any(String) }] });
      expect(stdout).toContain('stopped on request');
      const records = /filled with (\d+) records/.exec(stdout)?.[1];
      expect(Number(records)).toBeGreaterThan(1_000);
      // Of an earlier run its token is there too.
      const [, backedUp] = /(\d+) items, .* from 11 tables/.exec(stdout) ?? [];
      expect(Number(backedUp)).toBeGreaterThanOrEqual(Number(records));
      expect(stdout).toContain(`${backedUp} items proved equal`);
    }
    expect(readdirSync(join(cwd, 'backups')).filter((name) => /^demo-[A-Za-z]+\.json$/.test(name))).toHaveLength(11);
  }, 240_000);

  test('fails with what the failing command said', async () => {
    const { status, stderr } = await tell({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    expect(status).toBe(1);
    expect(stderr).toContain('cumulus-api tables create --prefix demo ended with 1:\ncumulus-api: DynamoDB in');
  });
});
