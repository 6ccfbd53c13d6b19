import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createClient, createDeployment } from '@cumulus/dynamodb';
import { refusedAs } from '../faults/answered.ts';
import { withFaults } from '../faults/proxy.ts';
import { ownMoto, whyNoMoto } from '../own-moto.ts';
import { ownTables } from '../own-tables.ts';
import { describeUnless } from '../required.ts';
import { type Served, serveApi } from './served.ts';

interface LogsAnswer {
  readonly meta: { readonly count: number; readonly table: string };
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

  async function read(path: string): Promise<LogsAnswer> {
    const answer = await fetch(`${api.url}${path}`);
    if (answer.status !== 200) throw new Error(await answer.text());
    return (await answer.json()) as LogsAnswer;
  }

  const messages = async (path: string) => (await read(path)).results.map(({ message }) => message);

  it('come from all functions of the deployment, the newest first, with their fields', async () => {
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

  it('are chosen by execution, level, text and time', async () => {
    expect(await messages('/logs/run-1')).toEqual(['just now', 'a moment ago', 'long ago']);
    expect(await messages('/logs?level=error')).toEqual(['a moment ago', 'half an hour ago']);
    expect(await messages(`/logs?q=${encodeURIComponent('"quoted"')}`)).toEqual(['START RequestId: 1 "quoted"']);
    expect(await messages('/logs?limit=2')).toEqual(['just now', 'a moment ago']);
    expect(await messages(`/logs?timestamp__to=${now - 60_000}&limit=1`)).toEqual(['half an hour ago']);
    expect(await messages(`/logs?timestamp__from=${now - 60_000}`)).toHaveLength(2);
    expect(await messages('/logs/none')).toEqual([]);
  });

  it.each(['limit=0', 'timestamp__from=x', 'huh=1', 'level=a&level=b'])('refuse %s', async (query) => {
    const answer = await fetch(`${api.url}/logs?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(query.split('=')[0]);
  });

  it('that may not be read are an error here, not an empty list', async () => {
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
