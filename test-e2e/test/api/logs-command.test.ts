import { readFile } from 'node:fs/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describeUnless, ownMoto, testsAtOnce, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, type Ended, host, parseRun } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { seededRandom } from '../kit/faults/random.ts';

/** When an event was logged, in milliseconds since 1970, and what. */
type Logged = readonly [number, string];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

// CloudWatch Logs is moto's.
describeUnless(await whyNoMoto(), 'cumulus-api logs', () => {
  const moto = ownMoto();
  const now = Date.now();
  let logs: CloudWatchLogsClient;
  let deployments = 0;

  beforeAll(() => {
    logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
  });
  afterAll(() => logs?.destroy());

  /** A deployment that nobody else has, with what its functions logged. */
  async function deployment(functions: Readonly<Record<string, readonly Logged[]>>): Promise<string> {
    deployments += 1;
    const prefix = `logs${deployments}`;
    for (const [name, events] of Object.entries(functions)) await log(prefix, name, events);
    return prefix;
  }

  async function log(prefix: string, name: string, events: readonly Logged[]): Promise<void> {
    const logGroupName = `/aws/lambda/${prefix}-${name}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName })).catch(isThere);
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' })).catch(isThere);
    for (let first = 0; first < events.length; first += 5_000) {
      const logEvents = events.slice(first, first + 5_000).map(([timestamp, message]) => ({ timestamp, message }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
    }
  }

  const environmentOf = (endpoint: string): NodeJS.ProcessEnv => ({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint });

  const run = (prefix: string, args: readonly string[] = [], endpoint = moto.endpoint): Promise<Ended> =>
    cumulusApi(['logs', '--prefix', prefix, ...args], { environment: environmentOf(endpoint) });

  /** The messages that a command with `--json` reported. */
  async function messages(prefix: string, args: readonly string[] = [], endpoint = moto.endpoint) {
    const { code, stdout, stderr } = await run(prefix, [...args, '--json-lines'], endpoint);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return messagesIn(stdout);
  }

  const some = (): Promise<string> =>
    deployment({
      Ingest: [
        [now - 300 * MINUTE, '{"level":"info","message":"long ago","executions":"run-1"}'],
        [now - 30 * MINUTE, '{"level":"error","message":"half an hour ago","executions":"run-2"}'],
        [now - 5 * SECOND, '{"level":"info","message":"just now","executions":"run-1","granules":"[\\"g 1\\"]"}'],
      ],
      Sync: [
        [now - 31 * MINUTE, 'START RequestId: 1 Version: $LATEST\n'],
        [now - 20 * SECOND, '{"level":"FATAL","message":"a moment ago","executions":"run-1"}'],
        [now - 10 * SECOND, '2030-01-31T12:00:00Z 8a Task timed out after 3.00 seconds\n'],
      ],
    });

  test('reports all functions’ events in one, the oldest first, a line each', async () => {
    const prefix = await some();
    const at = (ago: number): string => new Date(now - ago).toISOString();
    expect(await run(prefix)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: [
        `${at(31 * MINUTE)}       Sync START RequestId: 1 Version: $LATEST `,
        `${at(30 * MINUTE)} ERROR Ingest half an hour ago executions=run-2`,
        `${at(20 * SECOND)} FATAL Sync a moment ago executions=run-1`,
        `${at(10 * SECOND)} ERROR Sync 2030-01-31T12:00:00Z 8a Task timed out after 3.00 seconds`,
        `${at(5 * SECOND)} INFO  Ingest just now executions=run-1 granules="[\\"g 1\\"]"`,
        '',
      ]
        .join('\n')
        .replace('$LATEST ', '$LATEST'),
    });
  });

  test('chooses by execution, level, text, time and number', async () => {
    const prefix = await some();
    const execution = 'arn:aws:states:us-east-1:123456789012:execution:machine:run-1';
    expect(await messages(prefix, ['--execution', 'run-1', '--since', '1d'])).toEqual([
      ...['long ago', 'a moment ago', 'just now'],
    ]);
    expect(await messages(prefix, ['--execution', execution])).toEqual(['a moment ago', 'just now']);
    expect(await messages(prefix, ['--execution', 'run'])).toEqual([]);
    // More severe ones too.
    expect(await messages(prefix, ['--level', 'ERROR'])).toEqual([
      ...['half an hour ago', 'a moment ago', '2030-01-31T12:00:00Z 8a Task timed out after 3.00 seconds'],
    ]);
    expect(await messages(prefix, ['--search', 'g 1'])).toEqual(['just now']);
    expect(await messages(prefix, ['--since', '1d', '--until', '1 hour ago'])).toEqual(['long ago']);
    expect(await messages(prefix, ['--since', new Date(now - 6 * SECOND).toISOString()])).toEqual(['just now']);
    expect(await messages(prefix, ['--limit', '2', '--execution', 'run-1', '--since', '1d'])).toEqual([
      ...['a moment ago', 'just now'],
    ]);
  });

  test('keeps the order over pages, and has each event once', async () => {
    const events = (offset: number): Logged[] =>
      Array.from({ length: 25 }, (_, index) => [now - MINUTE + index * 10 + offset, `${index * 2 + offset / 5}`]);
    const prefix = await deployment({ Even: events(0), Odd: events(5), Idle: [] });
    const smallPages: Fault = (call, pass) =>
      call.action === 'FilterLogEvents'
        ? pass(Buffer.from(JSON.stringify({ ...JSON.parse(call.body.toString()), limit: 3 })))
        : pass();
    await withFaults(
      [smallPages],
      async ({ endpoint }) => {
        expect(await messages(prefix, [], endpoint)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
      },
      moto.endpoint,
    );
  });

  test('reads more events than it holds in memory', async () => {
    const text = 'x'.repeat(1_000);
    const events = Array.from({ length: 40_000 }, (_, index): Logged => [now - MINUTE + index, `${index} ${text}`]);
    const prefix = await deployment({ Busy: events });
    const { code, stdout, stderr } = await cumulusApi(['logs', '--prefix', prefix], {
      environment: environmentOf(moto.endpoint),
      nodeOptions: ['--max-old-space-size=64'],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(40_001);
  });

  test('fails where there is no log group, naming what was looked for', async () => {
    for (const args of [[], ['--follow']]) {
      const { code, stdout, stderr } = await run('nobody', args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('There is no log group nobody-*EcsLogs or /aws/lambda/nobody-* in us-east-1.');
    }
  });

  test('fails where it has no permission, naming which', async () => {
    const prefix = await some();
    await withFaults(
      [refusedAs('FilterLogEvents', 'AccessDeniedException', 'not authorized')],
      async ({ endpoint }) => {
        const { code, stdout, stderr } = await run(prefix, ['--json'], endpoint);
        expect(code).toBe(1);
        expect(stderr).toContain('logs:FilterLogEvents');
        expect(parseRun(stdout)).toMatchObject({ command: 'logs', results: [], error: { name: 'AccessDeniedError' } });
      },
      moto.endpoint,
    );
  });

  test.each([
    [['--since', 'yesterday-ish'], '"yesterday-ish"'],
    [['--level', 'loud'], '"loud"'],
    [['--until', '1h', '--follow'], '--follow'],
    [['--since', '1h', '--until', '2h'], '--since'],
    [['--limit', '0'], '--limit'],
    [['--since', '2100-01-01'], '--since'],
    [['--execution', 'arn:aws:states:us-east-1:1:execution:machine:'], '--execution'],
  ])('refuses %j', async (args, named) => {
    const { code, stderr } = await run('any', args);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
  });

  test('understands what docs/how-to/read-logs.md says, and says the same of itself', async () => {
    const docs = await readFile(new URL('../../../docs/how-to/read-logs.md', import.meta.url), 'utf8');
    const lines = [...docs.matchAll(/^cumulus-api (logs [^#\n]*[^#\s])/gm)].map(([, line = '']) => line.split(' '));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    const environment = environmentOf(moto.endpoint);
    // 2 would be that of a command line that is wrong; there are no such logs here.
    for (const line of lines) expect(await cumulusApi(line, { environment })).toMatchObject({ code: 1 });
    const { stdout: help } = await cumulusApi(['logs', '--help']);
    expect(help).toContain('Examples:');
    const options = [...docs.matchAll(/^\| (`--.*?) \|/gm)].flatMap(([, names = '']) => names.match(/--[a-z]+/g) ?? []);
    for (const option of options) expect(help).toContain(option);
  });

  testsAtOnce({
    'outlasts throttling and connections that are lost': async () => {
      const prefix = await some();
      const tries = new Map<string, number>();
      // Not by chance: after many faults of one request the command rightly warns.
      const atFirst: Fault = async (call, pass) => {
        const request = `${call.action} ${call.body}`;
        const tried = (tries.get(request) ?? 0) + 1;
        tries.set(request, tried);
        if (tried === 1) return refusedAs(call.action, 'ThrottlingException', 'Rate exceeded')(call, pass);
        const answer = await pass();
        if (tried > 2 || call.action !== 'FilterLogEvents') return answer;
        return { ...answer, cutAfter: Math.floor(answer.body.length / 2), fault: true };
      };
      await withFaults(
        [atFirst],
        async (proxy) => {
          for (let time = 0; time < 3; time += 1) expect(await messages(prefix, [], proxy.endpoint)).toHaveLength(5);
          expect(proxy.faults).toBeGreaterThan(3);
        },
        moto.endpoint,
      );
    },
    'fails where CloudWatch cannot be reached, and where it is interrupted': async () => {
      const { code, stderr } = await run('any', [], 'http://127.0.0.1:1');
      expect(code).toBe(1);
      expect(stderr).toMatch(/CloudWatch Logs in us-east-1 did not answer DescribeLogGroups \(ECONNREFUSED\)/);
      const prefix = await some();
      const silent: Fault = (call, pass) => (call.action === 'FilterLogEvents' ? new Promise(() => undefined) : pass());
      await withFaults(
        [silent],
        async (proxy) => {
          const running = await host(['logs', '--prefix', prefix], { environment: environmentOf(proxy.endpoint) });
          await proxy.reached(2);
          await running.kill('SIGINT');
          expect(await running.ended).toMatchObject({ code: 130, stdout: '' });
        },
        moto.endpoint,
      );
    },
    '--follow reports what comes, also late and by new functions, each once, until it is interrupted': async () => {
      const prefix = await deployment({ Ingest: [[Date.now() - 5 * SECOND, 'before']] });
      const following = await follow(prefix, moto.endpoint);
      await following.reported('before');
      await log(prefix, 'Ingest', [[Date.now(), 'after']]);
      await following.reported('after');
      await log(prefix, 'Ingest', [[Date.now() - MINUTE, 'late']]);
      await following.reported('late');
      await log(prefix, 'New', [[Date.now(), 'by a new function']]);
      await following.reported('by a new function');
      expect(await following.interrupt()).toEqual(['before', 'after', 'late', 'by a new function']);
    },
    '--follow begins with the newest, if so many are asked for': async () => {
      const events = ['a', 'b', 'c'].map((text, index): Logged => [Date.now() - 10 * SECOND + index, text]);
      const prefix = await deployment({ Ingest: events });
      const following = await follow(prefix, moto.endpoint, ['--limit', '2']);
      await following.reported('c');
      await log(prefix, 'Ingest', [[Date.now(), 'd']]);
      await following.reported('d');
      expect(await following.interrupt()).toEqual(['b', 'c', 'd']);
    },
    '--follow outlasts throttling and the loss of the connection, and reports it': async () => {
      const prefix = await deployment({ Ingest: [[Date.now() - 5 * SECOND, 'before']] });
      let isLost = false;
      const random = seededRandom(2);
      const lost: Fault = (_call, pass) => (isLost ? Promise.reject(new Error('lost')) : pass());
      const throttled: Fault = (call, pass) =>
        random() < 0.3 ? refusedAs(call.action, 'ThrottlingException', 'Rate exceeded')(call, pass) : pass();
      await withFaults(
        [lost, throttled],
        async ({ endpoint }) => {
          const following = await follow(prefix, endpoint);
          await following.reported('before');
          isLost = true;
          await log(prefix, 'Ingest', [[Date.now(), 'meanwhile']]);
          await following.warned('does not answer');
          isLost = false;
          await following.reported('meanwhile');
          expect(await following.interrupt()).toEqual(['before', 'meanwhile']);
        },
        moto.endpoint,
      );
    },
    '--follow ends at once while nobody answers': async () => {
      const prefix = await deployment({ Ingest: [[Date.now() - 5 * SECOND, 'before']] });
      let isLost = false;
      const lost: Fault = (_call, pass) => (isLost ? Promise.reject(new Error('lost')) : pass());
      await withFaults(
        [lost],
        async ({ endpoint }) => {
          const following = await follow(prefix, endpoint);
          await following.reported('before');
          isLost = true;
          await following.warned('does not answer');
          const begun = performance.now();
          expect(await following.interrupt()).toEqual(['before']);
          expect(performance.now() - begun).toBeLessThan(3 * SECOND);
        },
        moto.endpoint,
      );
    },
  });

  /** A command that follows a deployment's logs. */
  async function follow(prefix: string, endpoint: string, args: readonly string[] = []) {
    const running = await host(['logs', '--prefix', prefix, '--follow', '--json-lines', ...args], {
      environment: environmentOf(endpoint),
    });
    return {
      reported: (message: string) => running.until('stdout', (text) => messagesIn(text).includes(message)),
      warned: (words: string) => running.until('stderr', (text) => text.includes(words)),
      interrupt: async () => {
        await running.kill('SIGINT');
        const { code, stdout } = await running.ended;
        expect(code).toBe(0);
        return messagesIn(stdout);
      },
    };
  }
});

/** Those of whole lines, but for the last of a run, which is about the run. */
function messagesIn(stdout: string): readonly unknown[] {
  const lines = stdout.split('\n').slice(0, -1);
  const all = lines.map((line) => JSON.parse(line) as { readonly message?: unknown; readonly exitStatus?: number });
  return all.filter(({ exitStatus }) => exitStatus === undefined).map(({ message }) => message);
}

function isThere(error: Error): void {
  if (error.name !== 'ResourceAlreadyExistsException') throw error;
}
