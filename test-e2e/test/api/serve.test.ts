import { execFile } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { ownFolder } from '@cumulus/test-kit';
import { ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, start } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { hostLocal, type Served, serveApi } from './served.ts';

interface Line {
  readonly requestId: string;
  readonly route: string;
  readonly status: number;
  readonly latency: number;
}

describe('cumulus-api serve', () => {
  const folder = ownFolder();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let api: Served;

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    const environment = { DASHBOARD_ORIGINS: 'https://dashboard.example.org' };
    api = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], environment);
  }, 60_000);
  afterAll(async () => {
    await api.stop();
    client.destroy();
  });

  test('says where it serves and that nobody has to log in, and ends well by Ctrl-C', async () => {
    const { process: bin, ended } = start(['serve', '--prefix', prefix, '--port', '0', '--no-auth']);
    let said = '';
    for await (const [chunk] of on(bin.stdout, 'data')) {
      said += chunk;
      if (said.includes('Ctrl-C ends it')) break;
    }
    expect(said).toContain('without login, to this machine only');
    expect((await fetch(`${/Serving (\S+)/.exec(said)?.[1]}/version`)).status).toBe(200);
    bin.kill('SIGINT');
    const { code, stdout } = await ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('stopped on request\n') });
  });

  test('--local has sample records, a token, and counts that follow what is written', async () => {
    const local = await serveApi(['--local', '--prefix', tables.name(), '--port', '0'], {}, hostLocal);
    const [, token] = /token: (\S+)/.exec(local.said()) ?? [];
    const headers = { Authorization: `Bearer ${token}` };
    expect((await fetch(`${local.url}/granules`)).status).toBe(401);
    const ask = async (path: string, init: RequestInit = {}) =>
      (await (await fetch(`${local.url}${path}`, { ...init, headers })).json()) as {
        readonly meta: { readonly count: number };
        readonly results: readonly { readonly granuleId: string; readonly published?: boolean }[];
      };
    const { meta, results } = await ask('/granules?published=false&limit=1');
    expect(meta.count).toBeGreaterThan(0);
    const before = (await ask('/granules')).meta.count;
    expect(before).toBe(200);
    expect(await ask(`/granules/${results[0]?.granuleId}`, { method: 'DELETE' })).toEqual({ detail: 'Record deleted' });
    for (let tries = 0; tries < 50 && (await ask('/granules')).meta.count === before; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await ask('/granules')).meta.count).toBe(before - 1);
    expect((await local.stop()).code).toBe(0);
  }, 60_000);

  test('--local asks no endpoint, profile or bucket that the environment names, and takes no option for one', async () => {
    let asked = 0;
    const deployment = createServer((_request, response) => {
      asked += 1;
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(deployment, 'listening');
    const url = `http://127.0.0.1:${(deployment.address() as AddressInfo).port}`;
    // dynalite, which starts the soonest.
    const file = join(folder, 'local.env');
    const local = await serveApi(['--local', '--prefix', prefix, '--port', '0', '--write-env', file], {
      ...{ PATH: '/nowhere', DOCKER_HOST: 'tcp://127.0.0.1:1', AWS_PROFILE: 'production', AWS_REGION: 'eu-west-1' },
      ...{ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_DYNAMODB: url, AWS_ENDPOINT_URL_DYNAMODB_STREAMS: url },
      ...{ AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url, system_bucket: 'theirs' },
    });
    const headers = { Authorization: `Bearer ${/token: (\S+)/.exec(local.said())?.[1]}` };
    expect((await fetch(`${local.url}/granules?limit=1`, { headers })).status).toBe(200);
    expect((await fetch(`${local.url}/workflows`, { headers })).status).toBe(501);
    expect((await fetch(`${local.url}/logs`, { headers })).status).toBe(503);
    // A shell that reads the file has none of the settings that it had.
    const { stdout: settings } = await promisify(execFile)('sh', ['-ec', `. '${file}'; env | grep ^AWS_`], {
      env: {
        PATH: process.env['PATH'],
        AWS_PROFILE: 'production',
        AWS_SESSION_TOKEN: 'theirs',
        AWS_ENDPOINT_URL_S3: url,
      },
    });
    expect(settings.match(/https?:.*/g)).toEqual([
      'http://127.0.0.1:1',
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d{4,5}$/),
    ]);
    expect(settings).not.toMatch(/production|theirs|AWS_PROFILE|AWS_SESSION_TOKEN/);
    const environment = Object.fromEntries(
      settings
        .trim()
        .split('\n')
        .map((line) => line.split('=', 2)),
    );
    expect((await cumulusApi(['tables', 'list', '--prefix', prefix], { environment })).code).toBe(0);
    expect((await local.stop()).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    deployment.close();
    expect(asked).toBe(0);
    for (const option of ['--endpoint-url=http://192.0.2.1', '--profile=production', '--region=eu-west-1']) {
      const { code, stdout, stderr } = await cumulusApi(['serve', '--local', option]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`${option.split('=')[0]} does not go with it`);
    }
  }, 60_000);

  test('--write-env replaces no file but its own, and goes only with --local', async () => {
    const file = join(folder, '.env');
    await writeFile(file, 'SECRET=1\n');
    for (const [args, because] of [
      [['serve', '--local', '--write-env', file], `--write-env would replace ${file}`],
      [['serve', '--local', '--write-env', folder], 'EISDIR'],
      [['serve', '--prefix', prefix, '--no-auth', '--write-env', file], 'goes only with --local'],
    ] as const) {
      const { code, stdout, stderr } = await cumulusApi(args);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(because) });
    }
    expect(await readFile(file, 'utf8')).toBe('SECRET=1\n');
  });

  test.each([['--local'], ['--no-auth']])(
    '%s finds that the port is taken before it starts anything',
    async (option) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { code, stdout, stderr } = await cumulusApi(['serve', option, '--prefix', prefix, '--port', String(port)], {
        // With a server that would not start.
        environment: { PATH: '/nowhere', DOCKER_HOST: 'tcp://127.0.0.1:1' },
      });
      taken.close();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE).`);
    },
  );

  test('refuses without login what does not come from this machine', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const { port } = new URL(api.url);
        request({ host: '127.0.0.1', port, path: '/granules', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ Host: 'localhost:5001' })).toBe(200);
    // By a name that its owner lets point here.
    expect(await status({ Host: 'evil.example.org' })).toBe(403);
    expect(await status({ Origin: 'https://evil.example.org' })).toBe(403);
    expect(await status({ Origin: 'null' })).toBe(403);
    expect(await status({ Origin: 'http://localhost:3000' })).toBe(200);
    expect(await status({ Origin: 'https://dashboard.example.org' })).toBe(200);
  });

  test('answers pages of the dashboard, and only these', async () => {
    const asked = (origin: string) =>
      fetch(`${api.url}/granules`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
      });
    const allowed = await asked('https://dashboard.example.org');
    expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe('https://dashboard.example.org');
    expect(allowed.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    expect((await asked('http://localhost:1')).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  test('has security headers, an id for each request and one line of JSON for it', async () => {
    const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth']);
    const found = await fetch(`${other.url}/v1/granules?limit=1`);
    const missing = await fetch(`${other.url}/granules/none-such`);
    expect(found.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(found.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(missing.status).toBe(404);
    const { stderr } = await other.stop();
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines).toMatchObject([
      {
        level: 'info',
        route: '/v1/granules',
        method: 'GET',
        status: 200,
        requestId: found.headers.get('X-Request-Id'),
      },
      { route: '/granules/:granuleId', status: 404, requestId: missing.headers.get('X-Request-Id') },
    ]);
    for (const { latency } of lines) expect(latency).toBeGreaterThan(0);
    expect(stderr).not.toContain('none-such');
  });

  test('refuses a body that is too large, and what is no JSON', async () => {
    const post = (body: string) => fetch(`${api.url}/providers`, { method: 'POST', body });
    expect((await post('x'.repeat(1_000_001))).status).toBe(413);
    expect((await post('{"id":')).status).toBe(400);
  });

  test('throttled tables are a 503 with Retry-After, after the retries; other failures say nothing of what is inside', async () => {
    const throttled: Fault = refusedAs('BatchGetItem', 'ProvisionedThroughputExceededException', 'slow down');
    const broken: Fault = refusedAs('Scan', 'ValidationException', 'secrets of ours');
    await withFaults([throttled, broken], async (proxy) => {
      const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], proxy.environment);
      const busy = await fetch(`${other.url}/granules/any`);
      expect(busy.status).toBe(503);
      expect(busy.headers.get('Retry-After')).toBe('5');
      expect(await busy.json()).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
      expect(proxy.faults).toBeGreaterThan(2);
      const failed = await fetch(`${other.url}/providers`);
      expect(await failed.json()).toEqual({
        ...{ statusCode: 500, error: 'Internal Server Error', message: 'An internal server error occurred' },
      });
      const { stderr } = await other.stop();
      expect(stderr).toContain('secrets of ours');
    });
  }, 60_000);

  test('breaks a CSV off that it cannot end, and serves on', async () => {
    const common = { collectionId: { S: 'A___1' }, status: { S: 'completed' }, timestamp: { N: '1900000000000' } };
    const ids = Array.from({ length: 600 }, (_, number) => `csv-${number}`);
    await putAll(
      `${prefix}-GranulesTable`,
      ids.map((granuleId) => ({ granuleId: { S: granuleId }, ...common })),
    );
    let reads = 0;
    const later: Fault = async (call, pass) => {
      if (call.action !== 'BatchGetItem') return pass();
      reads += 1;
      return reads <= 5 ? pass() : refusedAs('BatchGetItem', 'ValidationException', 'no more')(call, pass);
    };
    await withFaults([later], async (proxy) => {
      const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], proxy.environment);
      const whole = await fetch(`${api.url}/granule-csv`);
      expect((await whole.text()).trim().split('\n')).toHaveLength(601);
      const broken = await fetch(`${other.url}/granule-csv`);
      expect(broken.status).toBe(200);
      await expect(broken.text()).rejects.toThrow();
      expect((await fetch(`${other.url}/version`)).status).toBe(200);
      const { code, stderr } = await other.stop();
      expect(code).toBe(0);
      expect(stderr).toContain('answer broken off');
    });
  }, 60_000);

  test('refuses a command line that makes no sense, and a port that is taken', async () => {
    for (const args of [
      ['--no-auth', '--host', '0.0.0.0'],
      ['--port', '70000'],
      ['--port', 'x'],
      ['--prefix', 'a', '--prefix', 'b'],
    ]) {
      const { code, stdout } = await cumulusApi(['serve', ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
    const none = await cumulusApi(['serve', '--no-auth', '--prefix', `${prefix}-none`]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain(`${prefix}-none-GranulesTable`);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const taken = await cumulusApi(['serve', '--prefix', prefix, '--no-auth', '--port', String(port)]);
    server.close();
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
  });

  test('is described for programs and for people', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as { paths: object; openapi: string };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/granules/{granuleId}');
    const page = await fetch(`${api.url}/v1/docs`);
    expect(page.headers.get('Content-Type')).toContain('text/html');
    const html = await page.text();
    for (const path of Object.keys(document.paths)) expect(html).toContain(`<code>${path}</code>`);
    // It loads nothing from elsewhere.
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
