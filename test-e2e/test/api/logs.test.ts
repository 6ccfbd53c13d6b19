import { readFile } from 'node:fs/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { type Served, serveApi } from './served.ts';

interface LogsAnswer {
  readonly meta: { readonly count: number; readonly table: string; readonly searchedFrom?: number };
  readonly results: readonly { readonly timestamp: string; readonly message: string; readonly logGroup: string }[];
}

// CloudWatch Logs is moto's.
describeUnless(await whyNoMoto(), 'logs by the API', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const now = Date.now();
  let logs: CloudWatchLogsClient;
  let api: Served;

  beforeAll(async () => {
    logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    await createDeployment({ client, prefix });
    const MINUTE = 60_000;
    await log('Ingest', [
      [now - 600 * MINUTE, '{"level":"info","message":"long ago","executions":"run-1"}'],
      [now - 30 * MINUTE, '{"level":"error","message":"half an hour ago","executions":"run-2"}'],
      [now - 5_000, '{"level":"info","message":"just now","executions":"run-1"}'],
    ]);
    await log('Sync', [
      [now - 31 * MINUTE, 'START RequestId: 1 "quoted"\n'],
      [now - 20_000, '{"level":"ERROR","message":"a moment ago","executions":"run-1"}'],
    ]);
    await log('Other', [], 'another-deployment');
    api = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], { AWS_ENDPOINT_URL: moto.endpoint });
  }, 60_000);

  afterAll(async () => {
    await api?.stop();
    logs?.destroy();
    client.destroy();
  });

  async function log(name: string, events: readonly (readonly [number, string])[], stack = prefix): Promise<void> {
    const logGroupName = `/aws/lambda/${stack}-${name}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
    if (events.length > 0) await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  }

  async function read(path: string, url = api.url): Promise<LogsAnswer> {
    const answer = await fetch(`${url}${path}`);
    if (answer.status !== 200) throw new Error(await answer.text());
    return (await answer.json()) as LogsAnswer;
  }

  const messages = async (path: string) => (await read(path)).results.map(({ message }) => message);

  /** Does something with an API of a deployment that asks CloudWatch by way of faults. */
  async function withOther(fault: Fault, deployment: string, work: (url: string) => Promise<void>): Promise<void> {
    await withFaults(
      [fault],
      async ({ endpoint }) => {
        const args = ['--prefix', deployment, '--port', '0', '--no-auth'];
        const other = await serveApi(args, { AWS_ENDPOINT_URL: endpoint });
        await work(other.url).finally(() => other.stop());
      },
      moto.endpoint,
    );
  }

  test('come from all functions of the deployment, the newest first, with their fields', async () => {
    const { meta, results } = await read('/logs');
    expect(meta).toMatchObject({ name: 'cumulus-api', stack: prefix, table: 'logs', limit: 100, count: 5 });
    expect(results.map(({ message }) => message)).toEqual([
      'just now',
      'a moment ago',
      'half an hour ago',
      'START RequestId: 1 "quoted"',
      'long ago',
    ]);
    expect(results[0]).toEqual({
      timestamp: new Date(now - 5_000).toISOString(),
      message: 'just now',
      level: 'info',
      executions: 'run-1',
      logGroup: `/aws/lambda/${prefix}-Ingest`,
    });
  });

  test('are chosen by execution, level, text and time', async () => {
    expect(await messages('/logs/run-1')).toEqual(['just now', 'a moment ago', 'long ago']);
    expect(await messages('/logs?level=error')).toEqual(['a moment ago', 'half an hour ago']);
    expect(await messages(`/logs?q=${encodeURIComponent('"quoted"')}`)).toEqual(['START RequestId: 1 "quoted"']);
    expect(await messages('/logs?limit=2')).toEqual(['just now', 'a moment ago']);
    expect(await messages(`/logs?timestamp__to=${now - 60_000}&limit=1`)).toEqual(['half an hour ago']);
    expect(await messages(`/logs?timestamp__from=${now - 60_000}`)).toHaveLength(2);
    expect(await messages('/logs/none')).toEqual([]);
  });

  test('are those that Cumulus writes, of the form that docs/logs.md shows', async () => {
    const docs = await readFile(new URL('../../../docs/logs.md', import.meta.url), 'utf8');
    const [, line = ''] = /```json\n(\{"level".*\})\n```/.exec(docs) ?? [];
    const written = JSON.parse(line);
    const own = tables.name();
    await createDeployment({ client, prefix: own });
    await log('recordExecutionEvents', [[now - 1_000, line]], own);
    const nothing: Fault = (_call, pass) => pass();
    await withOther(nothing, own, async (url) => {
      const logGroup = `/aws/lambda/${own}-recordExecutionEvents`;
      const expected = { ...written, timestamp: new Date(now - 1_000).toISOString(), logGroup };
      expect((await read(`/logs/${written.executions}`, url)).results).toEqual([expected]);
      expect((await read('/logs?level=error', url)).results).toEqual([expected]);
      expect((await read('/logs?level=warn', url)).results).toEqual([]);
      // Part of a name is another.
      expect((await read(`/logs/${written.executions.slice(0, -1)}`, url)).results).toEqual([]);
    });
  });

  test('are found in many functions, as far back as was asked for', async () => {
    const many = tables.name();
    await createDeployment({ client, prefix: many });
    for (let number = 1; number < 60; number += 1) await log(`Idle${number}`, [], many);
    await log('Last', [[now - 1_800_000, 'half an hour ago']], many);
    const nothing: Fault = (_call, pass) => pass();
    await withOther(nothing, many, async (url) => {
      const { meta, results } = await read('/logs', url);
      expect(results).toMatchObject([{ message: 'half an hour ago' }]);
      expect(meta).not.toHaveProperty('searchedFrom');
    });
  });

  test('are the newest of a function that logs more than CloudWatch returns at once', async () => {
    const busy = tables.name();
    await createDeployment({ client, prefix: busy });
    const events = Array.from({ length: 300 }, (_, index) => [now - 50_000 + index * 100, `event ${index}`] as const);
    await log('Busy', events, busy);
    await log('Quiet', [[now - 20_150, 'between']], busy);
    const smallPages: Fault = (call, pass) =>
      call.action === 'FilterLogEvents'
        ? pass(Buffer.from(JSON.stringify({ ...JSON.parse(call.body.toString()), limit: 2 })))
        : pass();
    await withOther(smallPages, busy, async (url) => {
      const newest = (await read('/logs?limit=4', url)).results.map(({ message }) => message);
      expect(newest).toEqual(['event 299', 'between', 'event 298', 'event 297']);
      // All of them are more than one answer may cost; what it has is without gaps.
      const { meta, results } = await read('/logs?limit=1000', url);
      expect(meta.searchedFrom).toBeGreaterThan(now - 50_000);
      const expected = events.filter(([time]) => time >= Number(meta.searchedFrom)).map(([, message]) => message);
      expect(expected.length).toBeGreaterThan(20);
      const found = results.map(({ message }) => message).filter((message) => message !== 'between');
      expect(found).toEqual(expected.reverse());
    });
  });

  test('that take too long to look through are reported as far as was searched', async () => {
    let requests = 0;
    const endless: Fault = async (call, pass) => {
      if (call.action !== 'FilterLogEvents') return pass();
      requests += 1;
      const { startTime } = JSON.parse(call.body.toString()) as { readonly startTime: number };
      if (startTime >= now - 50_000) return pass();
      const body = Buffer.from('{"events":[],"nextToken":"more"}');
      return { status: 200, type: 'application/x-amz-json-1.1', body, fault: true };
    };
    await withOther(endless, prefix, async (url) => {
      const { meta, results } = await read(`/logs?timestamp__to=${now}`, url);
      expect(results.map(({ message }) => message)).toEqual(['just now', 'a moment ago']);
      expect(meta.searchedFrom).toBeGreaterThan(now - 60_000);
      expect(meta.searchedFrom).toBeLessThanOrEqual(now - 20_000);
    });
    expect(requests).toBeLessThanOrEqual(250);
  });

  test('are looked for by CloudWatch, as far as it can', async () => {
    const patterns = new Set<string | undefined>();
    const recorded: Fault = (call, pass) => {
      if (call.action === 'FilterLogEvents') patterns.add(JSON.parse(call.body.toString()).filterPattern);
      return pass();
    };
    const asked = async (path: string, url: string) => {
      patterns.clear();
      await read(path, url);
      return [...patterns];
    };
    await withOther(recorded, prefix, async (url) => {
      expect(await asked('/logs', url)).toEqual([undefined]);
      expect(await asked('/logs/run-1?level=error', url)).toEqual(['"run-1"']);
      expect(await asked('/logs?level=Error', url)).toEqual(['?"error" ?"ERROR" ?"Error" ?"Task timed out"']);
      expect(await asked('/logs/run-1?q=just', url)).toEqual(['"run-1" "just"']);
      // More than a pattern may have.
      expect(await asked(`/logs/run-1?q=${'long'.repeat(300)}`, url)).toEqual(['"run-1"']);
      expect(await asked(`/logs?q=${encodeURIComponent('"quoted"')}`, url)).toEqual([undefined]);
    });
  });

  test.each(['limit=0', 'timestamp__from=x', 'timestamp__to=-1', 'huh=1', 'level=a&level=b'])(
    'refuse %s',
    async (query) => {
      const answer = await fetch(`${api.url}/logs?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(query.split('=')[0]);
    },
  );

  test('that may not be read are an error here, not an empty list', async () => {
    await withFaults(
      [refusedAs('FilterLogEvents', 'AccessDeniedException', 'not authorized')],
      async (proxy) => {
        const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], {
          AWS_ENDPOINT_URL: proxy.endpoint,
        });
        const answer = await fetch(`${other.url}/logs`);
        expect(answer.status).toBe(500);
        expect(await answer.json()).toEqual({
          ...{ statusCode: 500, error: 'Internal Server Error', message: 'An internal server error occurred' },
        });
        const { stderr } = await other.stop();
        // The log line has the cause.
        expect(stderr).toContain('AccessDeniedException');
        expect(stderr).toContain(answer.headers.get('X-Request-Id'));
      },
      moto.endpoint,
    );
  });
});
