import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describeUnless, ownMoto, sizeOf, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hostLocal, type Served, serveApi } from './served.ts';

const run = promisify(execFile);

async function whyNoSchemathesis(): Promise<string | undefined> {
  try {
    await run('schemathesis', ['--version']);
    return undefined;
  } catch {
    return 'there is no schemathesis on the PATH: .ci/install-schemathesis installs it, and prints where';
  }
}

/** How many requests are made up for each route. */
const EXAMPLES = sizeOf({ usual: 2, whole: 15 });
/** Also each value at the edge of what a parameter or a field takes: 2,800 requests for all routes, so usually those of one kind of record. */
const EDGES = sizeOf({
  usual: '[[operations]]\nexclude-path-regex = "^/providers"\nphases.coverage.enabled = false\n',
  whole: '',
});

// It makes requests up by /openapi.json: right ones, wrong ones, and sequences of them.
describeUnless((await whyNoSchemathesis()) ?? (await whyNoMoto()), 'schemathesis', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  let api: Served;

  beforeAll(async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: 'system-bucket' }));
    const template = JSON.stringify({ name: 'Ingest', arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:none' });
    const Key = `${prefix}/workflows/Ingest.json`;
    await moto.s3.send(new PutObjectCommand({ Bucket: 'system-bucket', Key, Body: template }));
    const environment = { AWS_ENDPOINT_URL: moto.endpoint, system_bucket: 'system-bucket' };
    api = await serveApi(['--local', '--prefix', prefix, '--port', '0'], environment, hostLocal);
  }, 120_000);

  afterAll(async () => {
    await api?.stop();
  });

  test('finds no request that fails inside', async () => {
    const [, token] = /token: (\S+)/.exec(api.said()) ?? [];
    const config = join(moto.folder, 'schemathesis.toml');
    // What is not offered here is said to be so, by 501.
    const checks = '[checks]\nnot_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501"]\n';
    await writeFile(config, `${checks}${EDGES}`);
    const args = [
      ...['--config-file', config, 'run', `${api.url}/openapi.json`, '--url', api.url],
      ...['--header', `Authorization: Bearer ${token}`, '--checks', 'not_a_server_error'],
      // Its token would be given up.
      ...['--exclude-path', '/tokenDelete/{token}', '--exclude-path', '/token/{token}'],
      ...['--max-examples', String(EXAMPLES), '--seed', '20261123', '--no-color'],
    ];
    const { stdout } = await run('schemathesis', args, { cwd: moto.folder, maxBuffer: 50_000_000 }).catch(
      ({ stdout: said }: { stdout: string }) => {
        throw new Error(said.slice(-8_000));
      },
    );
    const [, cases] = /(\d+) generated/.exec(stdout) ?? [];
    expect(Number(cases)).toBeGreaterThan(59 * EXAMPLES);
    expect(stdout).not.toMatch(/Schema Error|Failures:/);
  }, 400_000);
});
