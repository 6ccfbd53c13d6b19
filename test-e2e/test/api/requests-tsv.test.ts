import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient } from '@cumulus/dynamodb/aws';
import { toAttributes } from '@cumulus/dynamodb/items';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { loadSampleRecords, sampleRecords } from '@cumulus/local';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ARN,
  DASHBOARD_OBJECTS,
  EXECUTION,
  GRANULE,
  NAMED_RECORDS,
  PDR,
  REPORT,
  readDashboardRequests,
} from './dashboard-requests.ts';
import { type Served, serveApi } from './served.ts';

type Row = Readonly<Record<string, unknown>>;

const LINES = await readDashboardRequests(new URL('../fixtures/dashboard-requests.tsv', import.meta.url));

const PATHS = LINES.map(({ path }) => path);

const BUCKET = 'dashboard-system';

/** Lists of records: their table, the field that identifies a record, and the most records on a page. */
const LISTS: { readonly [path: string]: readonly [table: string, id: string, max: number] } = {
  '/asyncOperations': ['AsyncOperationsTable', 'id', 100],
  '/collections': ['CollectionsTable', 'version', 50],
  '/executions': ['ExecutionsTable', 'arn', 100],
  '/granules': ['GranulesTable', 'granuleId', 100],
  '/pdrs': ['PdrsTable', 'pdrName', 100],
  '/providers': ['ProvidersTable', 'id', 100],
  '/rules': ['RulesTable', 'name', 100],
};

/** Lines of logs, which moto keeps, and in what they differ. */
const LOGGED = [
  { level: 30, message: 'of a granule', granuleId: GRANULE },
  { level: 30, message: 'of a PDR', meta: { pdrName: PDR } },
  { level: 50, message: 'of a provider', meta: { provider: 's3_provider' } },
  { level: 30, message: 'of an execution', executions: EXECUTION },
  { level: 30, message: 'of the collection MOD09GQ' },
  { level: 30, message: 'of nothing' },
];

describeUnless(await whyNoMoto(), 'what dashboards send', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const stored: Record<string, Row[]> = {};
  let api: Served;

  beforeAll(async () => {
    const tableName = (name: string) => `${prefix}-${name}`;
    await createDeployment({ client, prefix });
    await loadSampleRecords({ client, tableName });
    for await (const { tableName: table, records } of sampleRecords()) stored[table] = [...records];
    for (const [table, records] of Object.entries(NAMED_RECORDS)) {
      stored[table]?.push(...records);
      for (const record of records) {
        await client.send(new PutItemCommand({ TableName: tableName(table), Item: toAttributes(record) }));
      }
    }
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const [key, value] of Object.entries(DASHBOARD_OBJECTS)) {
      await moto.s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/${key}`, Body: JSON.stringify(value) }),
      );
    }
    await writeLogs();
    const environment = { AWS_ENDPOINT_URL: moto.endpoint, system_bucket: BUCKET };
    api = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], environment);
  }, 180_000);

  afterAll(async () => {
    await api?.stop();
    client.destroy();
  });

  async function writeLogs(): Promise<void> {
    const logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    const logGroupName = `/aws/lambda/${prefix}-Ingest`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const now = Date.now();
    const logEvents = LOGGED.map((line, index) => ({ timestamp: now - 60_000 + index, message: JSON.stringify(line) }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
    logs.destroy();
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they expect it to be
  async function ask(path: string): Promise<any> {
    const answer = await fetch(`${api.url}${path}`);
    const text = await answer.text();
    expect({ path, status: answer.status, text }).toMatchObject({ path, status: 200 });
    return answer.headers.get('Content-Type')?.startsWith('application/json') === true ? JSON.parse(text) : text;
  }

  /** The lines of a kind, each once. Every line has to be of a kind. */
  const of = (kind: RegExp): readonly string[] => PATHS.filter((path) => kind.test(path));

  const KINDS = {
    lists: /^\/(asyncOperations|collections|executions|granules|pdrs|providers|rules)(\?|$)/,
    single: /^\/(granules|pdrs|providers|rules)\/[^?]+$/,
    reports: /^\/reconciliationReports/,
    workflows: /^\/workflows/,
    logs: /^\/logs/,
    stats: /^\/stats/,
    others: /^\/(executions\/status|granule-csv|instanceMeta|schemas|version)/,
  };

  test('is tested here, every line of it', () => {
    expect(LINES.every(({ method }) => method === 'GET')).toBe(true);
    expect(PATHS).toHaveLength(96);
    for (const path of PATHS)
      expect({ path, kinds: Object.values(KINDS).filter((kind) => kind.test(path)).length }).toEqual({
        path,
        kinds: 1,
      });
  });

  describe('to lists', () => {
    test.each(of(KINDS.lists))('%s has the records that it asks for, in its order', async (path) => {
      const { pathname, searchParams } = new URL(path, api.url);
      const [table = '', id = '', max = 0] = LISTS[pathname] ?? [];
      const records = (stored[table] ?? []).map(withTime);
      const filtered = records.filter((record) => isAskedFor(record, searchParams));
      const limit = Math.min(Number(searchParams.get('limit') ?? 10), max);
      const [field, order] = sortOf(searchParams);
      const { meta, results } = await ask(path);

      expect(meta).toMatchObject({ name: 'cumulus-api', stack: prefix, limit, page: 1, count: filtered.length });
      expect(results).toHaveLength(Math.min(limit, filtered.length));
      const fields = searchParams.get('fields')?.split(',');
      if (fields !== undefined) {
        const isShown = (field: string): boolean => records.some((record) => record[field] !== undefined);
        for (const result of results) expect(Object.keys(result)).toEqual(fields.filter(isShown));
        return;
      }
      const ids = results.map((result: Row) => result[id]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const result of results) expect(filtered.map((record) => record[id])).toContain(result[id]);
      // Records with the same value may be in any order, but always in the same.
      const sorted = filtered.map((record) => record[field]).sort((a, b) => compare(a, b, order));
      expect(results.map((result: Row) => result[field])).toEqual(sorted.slice(0, limit));
      expect((await ask(path)).results).toEqual(results);
      for (const result of results) expect(result).toHaveProperty('timestamp');
    });
  });

  test.each(of(KINDS.single))('%s is one record', async (path) => {
    const [, list = '', id = ''] = path.split('/');
    const [table = '', field = ''] = LISTS[`/${list}`] ?? [];
    const record = (stored[table] ?? []).find((candidate) => candidate[field] === id) ?? {};
    expect(await ask(path)).toMatchObject(withTime(record));
  });

  test.each(of(KINDS.reports))('%s is a report, or those that there are', async (path) => {
    const answer = await ask(path);
    if (!path.includes('?')) {
      expect(answer).toEqual(REPORT);
      return;
    }
    expect(answer.meta).toMatchObject({ table: 'reconciliationReport', count: 2, limit: 50 });
    // Dashboards up to v1.9 make objects of them; an object there ends their page.
    const isOfNames = !path.includes('sort_key');
    const names = answer.results.map((report: string | Row) =>
      isOfNames ? report : `${(report as Row)['name']}.json`,
    );
    expect(new Set(names)).toEqual(new Set(['inventoryReport-20200114T205238781.json', 'report-2019.json']));
    if (path.includes('sort_by=reconciliationReportName')) expect(names).toEqual(names.toSorted().reverse());
    if (isOfNames) return;
    for (const field of ['reconciliationReportName', 'type', 'status', 'createdAt'])
      for (const report of answer.results) expect(report).toHaveProperty(field);
  });

  test.each(of(KINDS.workflows))('%s has all workflows', async (path) => {
    const names = (await ask(path)).map(({ name }: { name: string }) => name);
    const sorted = ['a-workflow', 'b-workflow', 'c-workflow'];
    expect(names).toEqual(path.includes('sort_by=name') ? sorted.toReversed() : sorted);
  });

  test.each(of(KINDS.logs))('%s has the lines that it asks for, the newest first', async (path) => {
    const { pathname, searchParams } = new URL(path, api.url);
    const q = searchParams
      .get('q')
      ?.replace(/ AND level:\[10 TO 60\]$/, '')
      .replaceAll('"', '');
    const isWanted = (line: (typeof LOGGED)[number]): boolean =>
      (q === undefined || JSON.stringify(line).includes(q)) &&
      (!searchParams.has('granuleId__exists') || line.granuleId !== undefined) &&
      (!searchParams.has('meta.provider') || line.meta?.provider === searchParams.get('meta.provider')) &&
      (!searchParams.has('meta.pdrName') || line.meta?.pdrName === searchParams.get('meta.pdrName')) &&
      (pathname === '/logs' || line.executions === EXECUTION);
    const wanted = LOGGED.filter(isWanted).map(({ message }) => message);
    expect(wanted.length).toBeGreaterThan(0);
    const { results } = await ask(path);
    expect(results.map(({ message }: { message: string }) => message)).toEqual(wanted.toReversed());
  });

  test.each(of(KINDS.stats))('%s counts what there is', async (path) => {
    const { pathname, searchParams } = new URL(path, api.url);
    const answer = await ask(path);
    if (pathname === '/stats') {
      const from = Date.parse(String(searchParams.get('timestamp__from') ?? '1970-01-01').replace(' ', '+'));
      const granules = (stored['GranulesTable'] ?? []).filter(({ timestamp }) => Number(timestamp) >= from);
      expect(answer.granules.value).toBe(granules.length);
      expect(answer.errors.value).toBe(granules.filter(({ status }) => status === 'failed').length);
      return;
    }
    const type = searchParams.get('type') ?? '';
    if (type === 'reconciliationReports') {
      expect(answer).toMatchObject({ meta: { count: 2, field: 'status' }, count: [{ key: 'Generated', count: 2 }] });
      return;
    }
    const [table = ''] = LISTS[`/${type}`] ?? [];
    const field = searchParams.get('field') ?? '';
    const counted = (stored[table] ?? []).filter((record) => isAskedFor(record, searchParams, ['type', 'field']));
    const values = new Set(counted.map((record) => record[field]).filter((value) => value !== undefined));
    expect(answer.meta).toMatchObject({ count: counted.length, field });
    const expected = [...values].map((key) => ({
      key,
      count: counted.filter((record) => record[field] === key).length,
    }));
    expect(answer.count).toHaveLength(expected.length);
    expect(answer.count).toEqual(expect.arrayContaining(expected));
  });

  test.each(of(KINDS.others))('%s has the shape that the dashboards read', async (path) => {
    const answer = await ask(path);
    if (path.startsWith('/executions/status')) expect(answer.execution).toMatchObject({ executionArn: ARN });
    if (path === '/granule-csv')
      expect(answer.trim().split('\n')).toHaveLength((stored['GranulesTable'] ?? []).length + 1);
    if (path === '/instanceMeta') expect(answer).toMatchObject({ cumulus: { stackName: prefix } });
    if (path.startsWith('/schemas')) expect(answer).toMatchObject({ type: 'object', properties: expect.any(Object) });
    if (path === '/version') expect(answer).toMatchObject({ response_version: 'v1', api_version: expect.any(String) });
  });
});

/** What has no time has that of its last change. */
function withTime(record: Row): Row {
  return { timestamp: record['updatedAt'], ...record };
}

/** Parameters that say nothing about which records are asked for; the last one has no effect. */
const OF_THE_PAGE = ['limit', 'page', 'order', 'sort_by', 'sort_key[]', 'fields', 'providers'];

function isAskedFor(record: Row, parameters: URLSearchParams, others: readonly string[] = []): boolean {
  return [...parameters].every(([name, value]) => {
    if (OF_THE_PAGE.includes(name) || others.includes(name)) return true;
    if (name === 'error__exists') return record['error'] !== undefined;
    if (name !== 'q') return record[name] === value;
    expect(value).toBe('_exists_:error AND status:failed');
    return record['error'] !== undefined && record['status'] === 'failed';
  });
}

function sortOf(parameters: URLSearchParams): readonly [field: string, order: string] {
  const key = parameters.get('sort_key[]');
  if (key !== null) return [key.slice(1), key.startsWith('-') ? 'desc' : 'asc'];
  return [parameters.get('sort_by') ?? 'timestamp', parameters.get('order') ?? 'desc'];
}

/** What is missing comes last in either order. */
function compare(a: unknown, b: unknown, order: string): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  const isLess = typeof a === 'number' ? a < Number(b) : String(a) < String(b);
  return isLess === (order === 'asc') ? -1 : 1;
}
