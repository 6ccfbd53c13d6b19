import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

/** What `npm start` of README.md runs once it is built. */
const STORY = fileURLToPath(new URL('../dist/backup-story.js', import.meta.url));

/**
 * In a campaign the story runs on the best server there is too, before dynalite. Which server is chosen, and that each kind
 * starts, the tests of @cumulus/local prove in every run.
 */
const IS_WHOLE = process.env['CUMULUS_TEST_SIZE'] === 'whole';

/** Asks the served API with the token that was printed. */
type Ask = (
  path: string,
  init?: { method: string; body?: object | undefined },
) => Promise<{ status: number; body: unknown }>;

describe('the backup story', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'demo-test-'));
  afterAll(() => rmSync(cwd, { recursive: true }));

  /** @param onServed is called when the API is served, which is then interrupted */
  async function runStory(
    options: {
      env?: NodeJS.ProcessEnv;
      cwd?: string;
      argv?: readonly string[];
      onServed?: (ask: Ask) => Promise<void>;
    } = {},
  ) {
    const { onServed = async () => undefined } = options;
    const child = spawn(process.execPath, [STORY, ...(options.argv ?? ['--port', '0'])], {
      cwd: options.cwd ?? cwd,
      env: options.env ?? process.env,
      stdio: 'pipe',
    });
    const status = new Promise((resolve) => child.once('close', resolve));
    let said = '';
    let served: Promise<unknown> | undefined;
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (!said.includes('Ctrl-C ends it') || served !== undefined) return;
      served = onServed(askerOf(said)).then(
        () => undefined,
        (error: unknown) => error,
      );
      served.then(() => child.kill('SIGINT'));
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const failure = await served;
    if (failure !== undefined) throw failure;
    return { status: await status, stdout, stderr };
  }

  function expectProof({ status, stdout, stderr }: Awaited<ReturnType<typeof runStory>>): void {
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('cumulus-api:') });
    expect(stdout).toContain('stopped on request');
    const records = /filled with (\d+) records/.exec(stdout)?.[1];
    expect(Number(records)).toBeGreaterThan(1_000);
    expect(stdout).toContain(`${records} items, `);
    expect(stdout).toContain(`${records} items proved equal`);
    expect(stdout).toContain(`${records} sample records in `);
    expect(readdirSync(join(cwd, 'backups')).filter((name) => /^demo-[A-Za-z]+\.json$/.test(name))).toHaveLength(11);
  }

  test('proves all records equal, leaves a backup of each table beside earlier ones, with neither Java nor Docker, asks nothing that is set for AWS, and serves writes', async () => {
    if (IS_WHOLE) await proveOnBestServer();
    else {
      mkdirSync(join(cwd, 'backups'));
      writeFileSync(join(cwd, 'backups', 'demo-UsersTable.json'), '{"userName":{"S":"earlier"}}\n');
    }
    const bin = mkdtempSync(join(tmpdir(), 'bare-bin-'));
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
    let asked = 0;
    const deployment = createServer((_request, response) => {
      asked += 1;
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(deployment, 'listening');
    const url = `http://127.0.0.1:${(deployment.address() as AddressInfo).port}`;
    const config = join(bin, 'config');
    writeFileSync(config, `[profile production]\nregion = eu-west-1\nendpoint_url = ${url}\n`);
    const env = {
      PATH: bin,
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      HOME: bin,
      AWS_PROFILE: 'production',
      AWS_CONFIG_FILE: config,
      AWS_REGION: 'eu-west-1',
      ...{ AWS_ACCESS_KEY_ID: 'theirs', AWS_SECRET_ACCESS_KEY: 'theirs' },
      ...{ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_DYNAMODB: url, AWS_ENDPOINT_URL_DYNAMODB_STREAMS: url },
      ...{ AWS_ENDPOINT_URL_S3: url, system_bucket: 'theirs', CUMULUS_KMS_KEY_ID: 'theirs' },
    };
    expect(spawnSync('java', ['-version'], { env }).error).toMatchObject({ code: 'ENOENT' });
    try {
      const reported = await runStory({ env, onServed: writeThroughRoutes });
      expect(reported.stdout).toContain('Using dynalite');
      expectProof(reported);
      const kept = readdirSync(join(cwd, 'backups')).filter((name) => /^demo-UsersTable\.\d.*Z\.json$/.test(name));
      expect(kept).toHaveLength(1);
      expect(asked).toBe(0);
    } finally {
      deployment.close();
      rmSync(bin, { recursive: true });
    }
  }, 240_000);

  /** With what this machine has: DynamoDB Local from its jar, where there is Java. */
  async function proveOnBestServer(): Promise<void> {
    const served = async (ask: Ask) =>
      expect(await ask('/granules?limit=1')).toMatchObject({
        body: { meta: { count: 200, limit: 1 }, results: [{ granuleId: expect.any(String) }] },
      });
    expectProof(await runStory({ onServed: served }));
  }

  test('finds that its port is taken before it starts a server', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, stdout, stderr } = await runStory({ argv: ['--port', String(port)] });
    taken.close();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE).`);
    expect(stderr).toContain('--port');
  });

  // As for each option of AWS; the tests of serve --local name them all.
  test('refuses --profile before it starts a server', async () => {
    const { status, stdout, stderr } = await runStory({ argv: ['--profile=production'] });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('--profile does not go with it');
  });

  test('fails with what the failing command said', async () => {
    const failing = 'if (process.argv[2] === "tables") { console.error("No tables today."); process.exit(7); }';
    const { status, stdout, stderr } = await runStory({
      env: {
        ...process.env,
        PATH: '/nowhere',
        DOCKER_HOST: 'tcp://127.0.0.1:1',
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(failing)}`,
      },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('cumulus-api tables create --prefix demo ended with 7:\nNo tables today.');
    expect(stdout).not.toContain('Serving');
  }, 60_000);
});

function askerOf(said: string): Ask {
  const [, url] = /Serving (\S+)/.exec(said) ?? [];
  const [, token] = /token: (\S+)/.exec(said) ?? [];
  return async (path, { method = 'GET', body } = { method: 'GET' }) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
}

/** Lists, numbers, and what writes: collections and providers, with their transactions, and the deletion of a granule. */
async function writeThroughRoutes(ask: Ask): Promise<void> {
  for (const path of [
    ...['collections', 'providers', 'rules', 'granules', 'executions', 'pdrs', 'asyncOperations'].map(
      (list) => `/${list}?limit=2`,
    ),
    ...['/granules?status=completed&sort_by=timestamp', '/stats', '/stats/aggregate?type=granules&field=status'],
    ...['/stats/histogram', '/stats/average?field=duration', '/instanceMeta'],
  ]) {
    expect({ path, ...(await ask(path)) }).toMatchObject({ path, status: 200 });
  }
  const collection = {
    ...{ name: 'NEW', version: '1', granuleId: '^NEW\\d+$', granuleIdExtraction: '(NEW\\d+)\\.hdf' },
    ...{ sampleFileName: 'NEW1.hdf', duplicateHandling: 'error' },
    files: [{ regex: '^NEW\\d+\\.hdf$', sampleFileName: 'NEW1.hdf', bucket: 'private' }],
  };
  const provider = { id: 'new', host: 'example.org', protocol: 'https', username: 'me', password: 'secret' };
  const { results } = (await ask('/granules?published=false&limit=1')).body as { results: { granuleId: string }[] };
  const steps: [string, string, number, object?][] = [
    ['POST', '/collections', 200, collection],
    ['POST', '/collections', 400, collection],
    ['PUT', '/collections/NEW/1', 200, { ...collection, duplicateHandling: 'replace' }],
    ['GET', '/collections/NEW/1', 200],
    ['POST', '/providers', 200, provider],
    ['POST', '/providers', 409, provider],
    ['PUT', '/providers/new', 200, { ...provider, host: 'example.com' }],
    // What a rule names stays, in a transaction of its own kind.
    ['DELETE', '/collections/MOD09GQ/006', 409],
    ['DELETE', '/providers/new', 200],
    ['DELETE', '/collections/NEW/1', 200],
    ['GET', '/collections/NEW/1', 404],
    ['DELETE', `/granules/${results[0]?.granuleId}`, 200],
  ];
  for (const [method, path, status, body] of steps) {
    const answer = await ask(path, { method, body });
    expect({ method, path, ...answer }).toMatchObject({ method, path, status });
  }
  const counted = async () => ((await ask('/granules?limit=1')).body as { meta: { count: number } }).meta.count;
  for (let tries = 0; tries < 100 && (await counted()) === 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(await counted()).toBe(199);
}
