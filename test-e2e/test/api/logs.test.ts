import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { toAttributes } from '@cumulus/dynamodb/items';
import { createDeployment, physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { documentedLogLine } from '../pages/documented-log-line.ts';
import { type Served, serveApi } from './served.ts';

interface LogsAnswer {
  readonly meta: {
    readonly count: number;
    readonly table: string;
    readonly next?: string;
    readonly searchedFrom?: number;
    readonly unsearchedGroups?: number;
  };
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
    api = await serveStack(prefix);
  }, 60_000);

  afterAll(async () => {
    await api?.stop();
    logs?.destroy();
    client.destroy();
  });

  /** The API of a stack, which has logs of its own; all of them have the same tables. */
  function serveStack(stack: string, endpoint = moto.endpoint, settings: NodeJS.ProcessEnv = {}): Promise<Served> {
    const names = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];
    const tablesOfAll = Object.fromEntries(names.map((name) => [name, physicalTableName(prefix, name)]));
    const environment = { ...tablesOfAll, stackName: stack, AWS_ENDPOINT_URL: endpoint, ...settings };
    return serveApi(['--port', '0', '--no-auth'], environment);
  }

  async function log(name: string, events: readonly (readonly [number, string])[], stack = prefix): Promise<void> {
    await logTo(`/aws/lambda/${stack}-${name}`, events);
  }

  async function logTo(logGroupName: string, events: readonly (readonly [number, string])[]): Promise<void> {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const logEvents = events
      .map(([timestamp, message]) => ({ timestamp, message }))
      .toSorted((a, b) => a.timestamp - b.timestamp);
    if (events.length > 0) await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  }

  async function read(path: string, url = api.url): Promise<LogsAnswer> {
    const answer = await fetch(`${url}${path}`);
    if (answer.status !== 200) throw new Error(await answer.text());
    return (await answer.json()) as LogsAnswer;
  }

  const messages = async (path: string, url = api.url) => (await read(path, url)).results.map(({ message }) => message);

  /** Pages of a list, by the cursors that they give. */
  async function pages(path: string, url: string): Promise<readonly (readonly string[])[]> {
    const found: (readonly string[])[] = [];
    let cursor = '';
    do {
      const { meta, results } = await read(`${path}${cursor}`, url);
      found.push(results.map(({ message }) => message));
      cursor = meta.next === undefined ? '' : `&cursor=${meta.next}`;
    } while (cursor !== '');
    return found;
  }

  const nothing: Fault = (_call, pass) => pass();

  /** Does something with an API of a stack that asks CloudWatch by way of faults. */
  async function withOther(fault: Fault, stack: string, work: (url: string) => Promise<void>): Promise<void> {
    await withFaults(
      [fault],
      async ({ endpoint }) => {
        const other = await serveStack(stack, endpoint);
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
      level: 30,
      executions: 'run-1',
      logGroup: `/aws/lambda/${prefix}-Ingest`,
    });
  });

  test('are chosen by execution, level, text and time', async () => {
    expect(await messages('/logs/run-1')).toEqual(['just now', 'a moment ago', 'long ago']);
    expect(await messages('/logs?level=error')).toEqual(['a moment ago', 'half an hour ago']);
    expect(await messages(`/logs?q=${encodeURIComponent('"\\"QUOTED\\""')}`)).toEqual(['START RequestId: 1 "quoted"']);
    expect(await messages('/logs?level=[40%20TO%2060]')).toEqual(['a moment ago', 'half an hour ago']);
    expect(await messages('/logs?executions=run-2&level=50')).toEqual(['half an hour ago']);
    expect(await messages('/logs?limit=2')).toEqual(['just now', 'a moment ago']);
    expect(await messages(`/logs?timestamp__to=${now - 60_000}&limit=1`)).toEqual(['half an hour ago']);
    expect(await messages(`/logs?timestamp__from=${now - 60_000}`)).toHaveLength(2);
    expect(await messages('/logs?timestamp__to=8640000000000000')).toHaveLength(5);
    expect(await messages('/logs/none')).toEqual([]);
  });

  test('are those that Cumulus writes, of the form that docs/reference/log-fields.md shows', async () => {
    const line = documentedLogLine();
    const written = JSON.parse(line);
    const own = tables.name();
    await log('recordExecutionEvents', [[now - 1_000, line]], own);
    await withOther(nothing, own, async (url) => {
      const logGroup = `/aws/lambda/${own}-recordExecutionEvents`;
      const expected = { ...written, level: 50, timestamp: new Date(now - 1_000).toISOString(), logGroup };
      expect((await read(`/logs/${written.executions}`, url)).results).toEqual([expected]);
      expect((await read('/logs?level=error', url)).results).toEqual([expected]);
      expect((await read('/logs?level=warn', url)).results).toEqual([]);
      // Part of a name is another.
      expect((await read(`/logs/${written.executions.slice(0, -1)}`, url)).results).toEqual([]);
    });
  });

  test('are found in many functions, as far back as was asked for', async () => {
    const many = tables.name();
    for (let number = 1; number < 60; number += 1) await log(`Idle${number}`, [], many);
    await log('Last', [[now - 1_800_000, 'half an hour ago']], many);
    await withOther(nothing, many, async (url) => {
      const { meta, results } = await read('/logs', url);
      expect(results).toMatchObject([{ message: 'half an hour ago' }]);
      expect(meta.searchedFrom).toBeLessThanOrEqual(now - 2 * 86_400_000 + 60_000);
    });
  });

  test('are the newest of a function that logs more than CloudWatch returns at once', async () => {
    const busy = tables.name();
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
      expect(await asked('/logs?level=Fatal', url)).toEqual([
        '?"fatal" ?"FATAL" ?"Fatal" ?"critical" ?"CRITICAL" ?"Critical" ?"60"',
      ]);
      expect(await asked('/logs?q=just', url)).toEqual(['%[Jj][Uu][Ss][Tt]%']);
      expect(await asked('/logs?limit=100&granuleId__exists=true&level=[10%20TO%2060]', url)).toEqual(['"granuleId"']);
    });
  });

  test('of tasks are beside those of functions, and of other groups where settings name them', async () => {
    const own = tables.name();
    await log('Function', [[now - 1_000, 'by a function']], own);
    await logTo(`${own}-AsyncOperationEcsLogs`, [[now - 2_000, 'by a task']]);
    await logTo(`${own}-Elsewhere`, [[now - 3_000, 'elsewhere']]);
    await withOther(nothing, own, async (url) => {
      expect(await messages('/logs', url)).toEqual(['by a function', 'by a task']);
    });
    await withFaults(
      [nothing],
      async ({ endpoint }) => {
        const other = await serveStack(own, endpoint, { LOG_GROUPS: `${own}-E*, /aws/lambda/${own}-Function` });
        expect(await messages('/logs', other.url)).toEqual(['by a function', 'elsewhere']);
        await other.stop();
      },
      moto.endpoint,
    );
  });

  describe('that dashboards ask for', () => {
    const own = tables.name();
    let served: Served;
    const line = (message: string, more: object) => JSON.stringify({ level: 'info', message, ...more });
    beforeAll(async () => {
      const granuleId = 'MOD09GQ.A0142558.ee5lpE.006.5112577830916';
      const prefixed = '2030-01-31T12:00:00.000Z\t6f2c7b1e-1d1c-4f0e-8f1a-4b7c9a3f5d20\tINFO\t';
      await log(
        'Ingest',
        [
          [now - 5_000, line('of a provider', { meta: { provider: 's3_provider', pdrName: 'a.PDR' } })],
          [now - 4_000, `${prefixed}${line('of a granule', { granuleId })}\n`],
          [now - 3_000, `Could not ingest ${granuleId}`],
          [now - 2_000, JSON.stringify({ message: 'of no level' })],
          [now - 1_000, line('fatal', { level: 60 })],
        ],
        own,
      );
      served = await serveStack(own);
    }, 30_000);
    afterAll(() => served?.stop());

    test.each([
      ['limit=100', ['fatal', 'of no level', 'Could not…', 'of a granule', 'of a provider']],
      ['limit=100&level=[10 TO 60]', ['fatal', 'Could not…', 'of a granule', 'of a provider']],
      ['limit=100&level=60', ['fatal']],
      ['limit=100&granuleId__exists=true', ['of a granule']],
      ['limit=100&granuleId__exists=true&level=[10 TO 60]', ['of a granule']],
      ['limit=100&meta.pdrName=a.PDR&level=[10 TO 60]', ['of a provider']],
      ['limit=100&meta.provider=s3_provider', ['of a provider']],
      ['limit=100&meta.provider=s3_provider&level=[40 TO 60]', []],
      ['limit=100&q=MOD09GQ', ['Could not…', 'of a granule']],
      ['limit=100&q="MOD09GQ" AND level:[10 TO 60]', ['Could not…', 'of a granule']],
      ['limit=100&q="MOD09GQ.A0142558.ee5lpE.006.5112577830916" AND (could) AND level:30', ['Could not…']],
      ['q=(granule) AND level:Info AND @timestamp:[2020-01-01T00:00:00Z TO 2040-01-01T00:00:00Z]', ['of a granule']],
    ])('by %s', async (query, expected) => {
      const { results } = await read(`/logs?${new URLSearchParams(query)}`, served.url);
      const found = results.map(({ message }) => message.replace(/^Could not.*/, 'Could not…'));
      expect(found).toEqual(expected);
      // The dashboards leave out lines without a time or a text.
      for (const { timestamp } of results) expect(Date.parse(timestamp)).toBeGreaterThan(0);
    });
  });

  describe('by pages', () => {
    const own = tables.name();
    let served: Served;
    // Several of the same millisecond, in two groups.
    const texts = Array.from({ length: 23 }, (_, index) => `event ${index}`);
    const timeOf = (index: number): number => now - 100_000 + Math.floor(index / 5) * 1_000;
    const events = texts.map((text, index) => [timeOf(index), text] as const);
    beforeAll(async () => {
      const isOdd = (_: unknown, index: number): boolean => index % 2 === 1;
      await log('Odd', events.filter(isOdd), own);
      await log(
        'Even',
        events.filter((_, index) => !isOdd(_, index)),
        own,
      );
      served = await serveStack(own);
    }, 30_000);
    afterAll(() => served?.stop());

    test.each(['desc', 'asc'])('by number and by cursor have each once, in %s order', async (order) => {
      const query = `/logs?limit=4&order=${order}&timestamp__to=${now}`;
      const numbers = [1, 2, 3, 4, 5, 6, 7];
      const byNumber = await Promise.all(numbers.map((page) => messages(`${query}&page=${page}`, served.url)));
      expect(byNumber.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 3, 0]);
      expect(byNumber.flat().toSorted()).toEqual(texts.toSorted());
      const times = byNumber.flat().map((text) => timeOf(texts.indexOf(text)));
      expect(times).toEqual(times.toSorted((a, b) => (order === 'asc' ? a - b : b - a)));
      const byCursor = await pages(query, served.url);
      expect(byCursor.filter((page) => page.length > 0)).toEqual(byNumber.slice(0, 6));
      expect((await read(`${query}&page=2`, served.url)).meta.count).toBeGreaterThan(8);
    });

    test('by cursor repeat none though more is logged meanwhile', async () => {
      const other = tables.name();
      await log(
        'Busy',
        [1, 2, 3, 4].map((index) => [now - index * 1_000, `old ${index}`] as const),
        other,
      );
      await withOther(nothing, other, async (url) => {
        const first = await read('/logs?limit=2', url);
        await log('New', [[Date.now(), 'new']], other);
        const second = await read(`/logs?limit=2&cursor=${first.meta.next}`, url);
        expect([...first.results, ...second.results].map(({ message }) => message)).toEqual(
          [1, 2, 3, 4].map((index) => `old ${index}`),
        );
      });
    });

    test('say that they look back two days, and go on with what is older', async () => {
      const other = tables.name();
      const DAY = 86_400_000;
      await log(
        'Old',
        [
          [now - 5 * DAY, 'of last week'],
          [now - DAY, 'of yesterday'],
        ],
        other,
      );
      await withOther(nothing, other, async (url) => {
        const { meta, results } = await read('/logs', url);
        expect(results).toMatchObject([{ message: 'of yesterday' }]);
        expect(meta.searchedFrom).toBeGreaterThanOrEqual(now - 2 * DAY);
        const older = await read(`/logs?cursor=${meta.next}`, url);
        expect(older.results).toMatchObject([{ message: 'of last week' }]);
        expect(older.meta).not.toHaveProperty('next');
        expect(older.meta).not.toHaveProperty('searchedFrom');
      });
    });
  });

  test('of an execution that ran long ago are found by its record', async () => {
    const own = tables.name();
    const started = now - 10 * 86_400_000;
    const record = {
      arn: 'arn:old-run',
      name: 'old-run',
      status: 'completed',
      createdAt: started,
      updatedAt: started,
      timestamp: started,
    };
    await client.send(new PutItemCommand({ TableName: `${prefix}-ExecutionsTable`, Item: toAttributes(record) }));
    await log('Old', [[started + 1_000, '{"message":"of then","executions":"old-run"}']], own);
    await withOther(nothing, own, async (url) => {
      const { meta, results } = await read('/logs/old-run', url);
      expect(results).toMatchObject([{ message: 'of then' }]);
      expect(meta).toMatchObject({ searchedFrom: started - 60_000, searchedTo: started + 3_600_000 });
      expect((await read(`/logs/old-run?timestamp__from=${now - 1_000}`, url)).results).toEqual([]);
    });
  });

  test('of too many groups say how many were not searched', async () => {
    const own = tables.name();
    for (let number = 1; number <= 102; number += 1) await log(`F${number}`, [], own);
    await withOther(nothing, own, async (url) => {
      expect((await read('/logs', url)).meta.unsearchedGroups).toBe(2);
    });
  });

  test.each([
    ...['limit=0', 'timestamp__from=x', 'timestamp__to=-1', 'level=a&level=b', 'level=loud', 'page=0', 'page=1000'],
    ...[
      'sort_by=level',
      'order=up',
      'sort_key[]=-level',
      'cursor=x',
      'cursor=W10',
      'q=level:loud',
      'a__like=b',
      'page=1&cursor=x',
    ],
  ])('refuse %s', async (query) => {
    const answer = await fetch(`${api.url}/logs?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(query.split('=')[0]?.replace('[]', ''));
  });

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
