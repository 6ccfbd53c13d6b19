import { PutObjectCommand } from '@aws-sdk/client-s3';
import { poll } from '@cumulus/dynamodb/aws';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { NEW_COLLECTION, startIngest } from './ingest.ts';
import { hostLocal, type Served, serveApi } from './served.ts';

interface Body {
  readonly content?: { readonly [type: string]: { readonly schema: object; readonly example?: unknown } };
}

interface Operation {
  readonly tags: readonly string[];
  readonly requestBody?: Body;
  readonly responses: { readonly [status: string]: Body };
}

interface OpenApi {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: object;
}

const BUCKET = 'system-bucket';
const PROVIDER = { id: 'new', host: 'example.org' };
const OPERATION = { id: 'new-operation', status: 'RUNNING', description: 'of the tests', operationType: 'ES Index' };
const GRANULE_OF_FILE = '/granules/files/get_collection_and_granule_id/{bucket}/{key}';
const RULE = {
  name: 'new_rule',
  workflow: 'Ingest',
  collection: { name: 'NEW', version: '1' },
  rule: { type: 'onetime' },
};

describeUnless(await whyNoMoto(), 'every route of the API', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const asked = new Set<string>();
  let api: Served;
  let token: string;
  let description: OpenApi;
  let executionArn: string;
  let ids: { readonly granule: string; readonly pdr: string; readonly execution: string; readonly operation: string };

  beforeAll(async () => {
    executionArn = await startIngest({ moto, bucket: BUCKET, stackName: prefix, input: {} });
    const Key = `${prefix}/reconciliation-reports/report-1.json`;
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: '{"status":"SUCCESS"}' }));
    const environment = { AWS_ENDPOINT_URL: moto.endpoint, system_bucket: BUCKET };
    api = await serveApi(['--local', '--prefix', prefix, '--port', '0'], environment, hostLocal);
    token = String(/token: (\S+)/.exec(api.said())?.[1]);
    description = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApi;
    const first = async (path: string, field: string): Promise<string> => {
      const answer = await fetch(`${api.url}${path}?limit=1`, { headers: { Authorization: `Bearer ${token}` } });
      const { results } = (await answer.json()) as { readonly results: readonly Record<string, string>[] };
      return String(results[0]?.[field]);
    };
    ids = {
      granule: await first('/granules', 'granuleId'),
      pdr: await first('/pdrs', 'pdrName'),
      execution: await first('/executions', 'arn'),
      operation: await first('/asyncOperations', 'id'),
    };
  }, 120_000);

  afterAll(async () => {
    await api?.stop();
  });

  function errorsOf(schema: object, value: unknown): unknown {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile({
      ...{ ...schema, components: description.components },
    });
    validate(value);
    return validate.errors ?? null;
  }

  /** Asks, and holds the answer against its schema, and against its example. */
  async function ask(method: string, route: string, path: string, status: number, body?: unknown): Promise<void> {
    const answer = await fetch(`${api.url}${path}`, {
      method: method.toUpperCase(),
      headers: { Authorization: `Bearer ${token}` },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect({ route, path, status: answer.status, text }).toEqual({ route, path, status, text: expect.any(String) });
    const operation = description.paths[route]?.[method];
    const content = operation?.responses[String(status)]?.content;
    const [type = 'none', { schema, example } = { schema: {}, example: undefined }] =
      Object.entries(content ?? {})[0] ?? [];
    expect(answer.headers.get('Content-Type')?.split(';')[0]).toBe(type);
    if (type === 'application/json') {
      expect({ path, errors: errorsOf(schema, JSON.parse(text)) }).toEqual({ path, errors: null });
      expect({ path, others: otherTypes(example, JSON.parse(text)) }).toEqual({ path, others: [] });
    }
    asked.add(`${method} ${route}`);
  }

  test('that reads answers by its schema', async () => {
    for (const list of ['collections', 'providers', 'rules', 'granules', 'executions', 'pdrs', 'asyncOperations']) {
      await ask('get', `/${list}`, `/${list}?limit=100`, 200);
      await ask('get', `/${list}`, `/${list}?limit=0`, 200);
      await ask('get', `/${list}`, `/${list}?limit=ten`, 400);
    }
    await ask('get', '/collections/active', '/collections/active?timestamp__from=0', 200);
    await ask('get', '/reconciliationReports', '/reconciliationReports?sort_key[]=-createdAt', 200);
    await ask('get', '/reconciliationReports/{name}', '/reconciliationReports/report-1', 200);
    await ask('get', '/reconciliationReports/{name}', '/reconciliationReports/none', 404);
    await ask('get', '/granules/{granuleId}', `/granules/${encodeURIComponent(ids.granule)}`, 200);
    await ask('get', '/granules/{granuleId}', '/granules/none', 404);
    await ask(
      'get',
      '/granules/{collectionId}/{granuleId}',
      `/granules/other___1/${encodeURIComponent(ids.granule)}`,
      404,
    );
    await ask('get', GRANULE_OF_FILE, GRANULE_OF_FILE.replace('{bucket}', 'none').replace('{key}', 'a%2Fb'), 404);
    await ask('get', '/pdrs/{pdrName}', `/pdrs/${encodeURIComponent(ids.pdr)}`, 200);
    await ask('get', '/executions/{arn}', `/executions/${ids.execution}`, 200);
    await ask('get', '/asyncOperations/{id}', `/asyncOperations/${ids.operation}`, 200);
    await ask('get', '/executions/status/{arn}', `/executions/status/${executionArn}`, 200);
    await ask('get', '/executions/status/{arn}', `/executions/status/${ids.execution}`, 200);
    await ask('get', '/stats', '/stats', 200);
    await ask('get', '/stats/aggregate', '/stats/aggregate?type=granules&field=status', 200);
    await ask('get', '/stats/aggregate/{type}', '/stats/aggregate/executions?field=type', 200);
    await ask('get', '/stats/aggregate', '/stats/aggregate?type=collections&field=providers', 200);
    await ask('get', '/stats/aggregate', '/stats/aggregate?type=granules&field=error.Error.keyword', 200);
    await ask('get', '/stats/histogram', '/stats/histogram', 200);
    await ask('get', '/stats/histogram/{type}', '/stats/histogram/granules?interval=month&format=epoch_millis', 200);
    await ask('get', '/stats/average/{type}', '/stats/average/executions?field=duration', 200);
    await ask('get', '/stats/average', '/stats/average?field=duration', 200);
    await ask('get', '/stats/average', '/stats/average?type=pdrs&field=duration&status=none', 200);
    await ask('get', '/granule-csv', '/granule-csv', 200);
    await ask('get', '/version', '/version', 200);
    await ask('get', '/instanceMeta', '/instanceMeta', 200);
    await ask('get', '/protection', '/protection', 200);
    await ask('get', '/schemas/{name}', '/schemas/granule', 200);
    await ask('get', '/schemas/{name}', '/schemas/none', 404);
    await ask('get', '/workflows', '/workflows', 200);
    await ask('get', '/workflows/{name}', '/workflows/Ingest', 200);
    await ask('get', '/workflows/{name}', '/workflows/none', 404);
    await ask('get', '/logs', '/logs', 200);
    await ask('get', '/logs/{executionName}', '/logs/run', 200);
    await ask('get', '/token', '/token', 501);
  }, 300_000);

  test('that starts an operation has it run by the server', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const body = JSON.stringify({ ids: ['none'] });
    const started = await fetch(`${api.url}/granules/bulkDelete`, { method: 'POST', headers, body });
    const { id } = (await started.json()) as { readonly id: string };
    const look = async () => {
      const answer = await fetch(`${api.url}/asyncOperations/${id}`, { headers });
      return (await answer.json()) as { readonly status: string; readonly output: string };
    };
    const isOver = ({ status }: { readonly status: string }): boolean => status !== 'RUNNING';
    const { status, output } = await poll({ look, isOver, delays: { initialDelay: 20, maxDelay: 200 } });
    expect(status).toBe('TASK_FAILED');
    expect(JSON.parse(output)).toMatchObject({ total: 1, done: 0, failed: 1, failures: [{ granuleId: 'none' }] });
  });

  test('that writes answers by its schema', async () => {
    await ask('post', '/collections', '/collections', 200, NEW_COLLECTION);
    await ask('post', '/collections', '/collections', 400, NEW_COLLECTION);
    await ask('post', '/collections', '/collections', 404, {});
    await ask('get', '/collections/{name}/{version}', '/collections/NEW/1', 200);
    await ask('put', '/collections/{name}/{version}', '/collections/NEW/1', 200, NEW_COLLECTION);
    await ask('put', '/collections/{name}/{version}', '/collections/NEW/1', 202, { action: 'reingest' });
    await ask('put', '/collections/{name}/{version}', '/collections/NEW/1', 400, { action: 'none' });
    await ask('post', '/providers', '/providers', 200, PROVIDER);
    await ask('post', '/providers', '/providers', 409, PROVIDER);
    await ask('get', '/providers/{id}', '/providers/new', 200);
    await ask('put', '/providers/{id}', '/providers/new', 200, PROVIDER);
    await ask('post', '/rules', '/rules', 200, RULE);
    await ask('get', '/rules/{name}', '/rules/new_rule', 200);
    await ask('put', '/rules/{name}', '/rules/new_rule', 200, { action: 'rerun' });
    await ask('patch', '/rules/{name}', '/rules/new_rule', 200, { state: 'DISABLED' });
    await ask('patch', '/rules/{name}', '/rules/none', 404, { state: 'DISABLED' });
    await ask('delete', '/collections/{name}/{version}', '/collections/NEW/1', 409);
    await ask('delete', '/rules/{name}', '/rules/new_rule', 200);
    await ask('delete', '/collections/{name}/{version}', '/collections/NEW/1', 200);
    await ask('delete', '/providers/{id}', '/providers/new', 200);
    const granule = `/granules/${encodeURIComponent(ids.granule)}`;
    await ask('put', '/granules/{granuleId}', granule, 200, { action: 'applyWorkflow', workflow: 'Ingest' });
    await ask('put', '/granules/{granuleId}', granule, 400, { action: 'move' });
    await ask('patch', '/granules/{granuleId}', granule, 400, { action: 'removeFromCmr' });
    await ask('delete', '/granules/{granuleId}', '/granules/none', 400);
    const none = { ids: ['none'] };
    await ask('post', '/granules/bulk', '/granules/bulk', 202, { ...none, workflowName: 'Ingest' });
    await ask('post', '/granules/bulk', '/granules/bulk', 404, { ...none, workflowName: 'None' });
    await ask('post', '/granules/bulkReingest', '/granules/bulkReingest', 202, none);
    await ask('post', '/granules/bulkDelete', '/granules/bulkDelete', 202, none);
    await ask('post', '/granules/bulkDelete', '/granules/bulkDelete', 501, { ...none, forceRemoveFromCmr: true });
    const elsewhere = `/granules/other___1/${encodeURIComponent(ids.granule)}`;
    await ask('put', '/granules/{collectionId}/{granuleId}', elsewhere, 404, { action: 'reingest' });
    await ask('patch', '/granules/{collectionId}/{granuleId}', elsewhere, 404, { action: 'reingest' });
    await ask('delete', '/granules/{collectionId}/{granuleId}', elsewhere, 404);
    await ask('post', '/asyncOperations', '/asyncOperations', 200, OPERATION);
    await ask('post', '/asyncOperations', '/asyncOperations', 409, OPERATION);
    await ask('delete', '/asyncOperations/{id}', `/asyncOperations/${OPERATION.id}`, 200);
    await ask('delete', '/asyncOperations/{id}', `/asyncOperations/${OPERATION.id}`, 404);
    await ask('delete', '/executions/{arn}', `/executions/${ids.execution}`, 200);
    await ask('delete', '/executions/{arn}', `/executions/${ids.execution}`, 404);
    await ask('post', '/reconciliationReports', '/reconciliationReports', 202, { reportName: 'made' });
    await ask('post', '/reconciliationReports', '/reconciliationReports', 400, { collectionIds: [] });
    await ask('post', '/reconciliationReports', '/reconciliationReports', 501, { reportType: 'Internal' });
    await ask('delete', '/reconciliationReports/{name}', '/reconciliationReports/report-1', 200);
    await ask('delete', '/pdrs/{pdrName}', `/pdrs/${encodeURIComponent(ids.pdr)}`, 200);
    await ask('post', '/refresh', '/refresh', 400, { token });
    await ask('delete', '/tokenDelete/{token}', '/tokenDelete/rubbish', 403);
    await ask('delete', '/token/{token}', '/token/rubbish', 403);
    await ask('delete', '/tokenDelete/{token}', `/tokenDelete/${token}`, 200);
    await ask('get', '/stats', '/stats', 401);
  }, 300_000);

  test('has an example of its body and of each answer that its schemas accept', () => {
    const wrong: unknown[] = [];
    let examples = 0;
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const [method, { requestBody, responses, tags }] of Object.entries(methods)) {
        expect(tags).toHaveLength(1);
        for (const [status, { content = {} }] of [['body', requestBody ?? {}] as const, ...Object.entries(responses)]) {
          for (const { schema, example } of Object.values(content)) {
            examples++;
            const errors = example === undefined ? 'no example' : errorsOf(schema, example);
            if (errors !== null) wrong.push({ route: `${method} ${path}`, status, errors });
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(examples).toBeGreaterThan(300);
  });

  test('is asked here', () => {
    const all = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect([...asked].sort()).toEqual(all.sort());
  });
});

/** Fields that an example and an answer both have, of another type in the one than in the other. */
function otherTypes(example: unknown, answer: unknown, place = ''): readonly string[] {
  // Null stands for what there is none of.
  if (example === null || answer === null) return [];
  const [one, other] = [example, answer].map((value) => (Array.isArray(value) ? 'array' : typeof value));
  if (one !== other) return [`${place}: ${one}, ${other}`];
  if (typeof example !== 'object' || typeof answer !== 'object') return [];
  const [first, second] = [example, answer] as readonly Readonly<Record<string, unknown>>[];
  return Object.keys(first ?? {})
    .filter((field) => Object.hasOwn(answer, field))
    .flatMap((field) => otherTypes(first?.[field], second?.[field], `${place}/${field}`));
}
