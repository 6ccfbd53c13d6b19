import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';

const BUNDLES = fileURLToPath(new URL('../../../packages/api/dist/lambda/bundle/', import.meta.url));

interface Result {
  readonly statusCode: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly isBase64Encoded?: boolean;
}

/** Loads a bundle as Lambda does, in a process of its own, and invokes it with events one after the other. */
const INVOKE = `
  const [, bundle, events] = process.argv;
  // Node would show the line of the file, which is all of it.
  const { handler } = await import(bundle).catch(({ message }) => {
    process.stderr.write(message);
    process.exit(1);
  });
  const results = [];
  for (const [index, event] of JSON.parse(events).entries())
    results.push(await handler(event, { awsRequestId: 'request-' + index, functionName: 'f', getRemainingTimeInMillis: () => 1000 }));
  process.stdout.write('\\nRESULTS' + JSON.stringify(results));
`;

/** The parts of a function's file that are in it as text until they are imported, by their names. */
function partsOf(file: string): ReadonlyMap<string, string> {
  const deflated = [...file.matchAll(/"(\.\/[\w.-]+)":"([\w+/=]+)"/g)];
  return new Map(
    deflated.map(([, name = '', part = '']) => [name, inflateSync(Buffer.from(part, 'base64')).toString()]),
  );
}

/** How much code is in a file beside its parts, whatever the length of the names in it. */
function bytesAtStart(file: string): number {
  const code = file.replaceAll(/(?<=":)"[\w+/=]{50,}"/g, '""');
  return transformSync(code, { minify: true, format: 'esm', target: 'node20' }).code.length;
}

/** Events of each of the forms in which Lambda gets a request. */
const FORMS = {
  'API Gateway, version 1': (path: string, headers: Record<string, string>) => ({
    version: '1.0',
    resource: '/{proxy+}',
    path,
    httpMethod: 'GET',
    headers: { Host: 'api.example.org', ...headers },
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: { limit: '1' },
    multiValueQueryStringParameters: { limit: ['1'] },
    requestContext: { domainName: 'api.example.org', path, stage: '$default', httpMethod: 'GET', requestId: 'r' },
    body: null,
    isBase64Encoded: false,
  }),
  'API Gateway, version 2': (path: string, headers: Record<string, string>) => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: 'limit=1',
    headers: { host: 'api.example.org', ...headers },
    requestContext: { domainName: 'api.example.org', http: { method: 'GET', path }, requestId: 'r', stage: '$default' },
    isBase64Encoded: false,
  }),
  'API Gateway, version 2, with a stage': (path: string, headers: Record<string, string>) => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: `/dev${path}`,
    rawQueryString: 'limit=1',
    headers: { host: 'api.example.org', ...headers },
    requestContext: { domainName: 'api.example.org', http: { method: 'GET', path }, requestId: 'r', stage: 'dev' },
    isBase64Encoded: false,
  }),
  'a function URL': (path: string, headers: Record<string, string>) => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: 'limit=1',
    headers: { host: 'abc.lambda-url.us-east-1.on.aws', ...headers },
    requestContext: { domainName: 'abc.lambda-url.us-east-1.on.aws', http: { method: 'GET', path }, requestId: 'r' },
    isBase64Encoded: false,
  }),
};

/** Files, and what may be compiled before a first answer: most of its time is this. */
const BYTES_AT_START = [
  ['api.mjs', 890_000],
  ['private-api.mjs', 890_000],
  ['record-functions.mjs', 525_000],
  ['rule-functions.mjs', 600_000],
  ['archive-changes.mjs', 490_000],
] as const;

describe('the functions for Lambda', () => {
  const tables = ownTables();
  const alone = ownFolder();
  const prefix = tables.name();
  const client = createClient();
  const names = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(names.map((name) => [name, physicalTableName(prefix, name)])),
    stackName: prefix,
    TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
    EARTHDATA_CLIENT_ID: 'id',
    EARTHDATA_CLIENT_PASSWORD: 'known to nobody else',
    TOKEN_REDIRECT_ENDPOINT: 'https://api.example.org/token',
    CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    AWS_LAMBDA_FUNCTION_NAME: 'f',
    POWERTOOLS_DEV: 'false',
  };

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    const { granules } = createModels({ client, tables: prefix });
    await granules.create({
      ...{ granuleId: 'G 1/2', collectionId: 'A___1', status: 'completed', execution: 'https://console/e' },
    } as never);
  }, 60_000);
  afterAll(() => client.destroy());

  async function invoke(
    bundle: string,
    events: readonly object[],
    more: NodeJS.ProcessEnv = {},
    folder = BUNDLES,
  ): Promise<{ readonly results: readonly Result[]; readonly log: string }> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', INVOKE, `${folder}${bundle}`, JSON.stringify(events)],
      { env: { ...process.env, ...environment, ...more, NODE_OPTIONS: undefined }, maxBuffer: 30_000_000 },
    );
    const [log = '', results = '[]'] = stdout.split('\nRESULTS');
    return { results: JSON.parse(results) as Result[], log };
  }

  /** The parts of the private function that a request has compiled. */
  async function partsCompiledFor(path: string): Promise<readonly string[]> {
    const script = `
      import vm from 'node:vm';
      import { syncBuiltinESMExports } from 'node:module';
      const compiled = [];
      const { compileFunction } = vm;
      vm.compileFunction = (code, parameters, options) => {
        compiled.push(options.filename);
        return compileFunction(code, parameters, options);
      };
      syncBuiltinESMExports();
      const { handler } = await import('${BUNDLES}private-api.mjs');
      await handler({ httpMethod: 'GET', path: '${path}' }, { awsRequestId: 'r' });
      process.stdout.write('\\nPARTS' + JSON.stringify(compiled));
      process.exit();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, ...environment, system_bucket: 'b', NODE_OPTIONS: undefined },
    });
    return JSON.parse((await run).stdout.split('\nPARTS')[1] ?? '') as string[];
  }

  test.each(['api.mjs', 'private-api.mjs'])('%s is one file of less than 3 MB', async (bundle) => {
    const { size } = await stat(`${BUNDLES}${bundle}`);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(3_000_000);
  });

  test.each(BYTES_AT_START)(
    '%s compiles at most %i bytes at its start, and has all that it imports later',
    async (bundle, most) => {
      const file = await readFile(`${BUNDLES}${bundle}`, 'utf8');
      const parts = partsOf(file);
      expect(bytesAtStart(file)).toBeLessThan(most);
      const imported = [file, ...parts.values()].flatMap((text) =>
        [...text.matchAll(/\bloadOnDemand\("(\.\/[\w-]+-[A-Z0-9]{8}\.mjs)"\)/g)].map(([, name = '']) => name),
      );
      const known = new Set([...file.matchAll(/\["(\.\/[\w.-]+)",/g)].map(([, name = '']) => name));
      expect(imported.length).toBeGreaterThan(10);
      expect(imported.filter((name) => !parts.has(name) && !known.has(name))).toEqual([]);
    },
  );

  test('import nothing on demand for a first answer out of the tables', async () => {
    const compiled = await partsCompiledFor('/granules/G%201%2F2');
    expect(compiled).toEqual([]);
    // What an answer needs from S3 comes with what asks S3.
    expect(await partsCompiledFor('/workflows')).not.toEqual([]);
  });

  test.each([
    ['api.mjs', FORMS['API Gateway, version 1']('/version', { origin: 'https://dashboard.example.org' })],
    ['private-api.mjs', { httpMethod: 'GET', path: '/granules/G%201%2F2' }],
  ])('%s loads no HTTP client of Node for a first answer', async (bundle, event) => {
    const script = `
      const { handler } = await import('${BUNDLES}${bundle}');
      const { statusCode } = await handler(${JSON.stringify(event)}, { awsRequestId: 'r' });
      process.stdout.write('\\nLOADED' + JSON.stringify([statusCode, ...process.moduleLoadList]));
      process.exit();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, ...environment, NODE_OPTIONS: undefined },
    });
    const [status, ...loaded] = JSON.parse((await run).stdout.split('\nLOADED')[1] ?? '[]') as unknown[];
    expect(status).toBe(200);
    expect(loaded).toContain('NativeModule http');
    expect(loaded).not.toContain('NativeModule internal/deps/undici/undici');
  });

  test.each(Object.entries(FORMS))('answer %s, with a login', async (_, eventOf) => {
    const { results, log } = await invoke('api.mjs', [
      eventOf('/version', {}),
      eventOf('/granules', {}),
      eventOf('/granules', { authorization: 'Bearer rubbish' }),
    ]);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 401, 403]);
    expect(JSON.parse(results[0]?.body ?? '')).toMatchObject({ response_version: 'v1' });
    expect(JSON.parse(results[1]?.body ?? '')).toEqual({
      ...{ statusCode: 401, error: 'Unauthorized', message: 'Authorization header missing' },
    });
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    // By Lambda's own id its other logs can be found.
    expect(lines.filter(({ message }) => message === 'request')).toMatchObject([
      { level: 'info', requestId: 'request-0', route: '/version', status: 200, stackName: prefix },
      { requestId: 'request-1', status: 401 },
      { requestId: 'request-2', status: 403 },
    ]);
    const metrics = lines.filter((line) => '_aws' in line);
    expect(metrics).toHaveLength(3);
    expect(metrics[0]).toMatchObject({ route: 'GET /version', latency: expect.any(Number) });
  });

  test.each(Object.entries(FORMS))('show the page at /docs by %s, with what it loads', async (form, eventOf) => {
    const [page] = (await invoke('api.mjs', [eventOf('/docs', {})])).results;
    expect(page).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    const [, src = ''] = / src="([^"]+)"/.exec(page?.body ?? '') ?? [];
    const [script] = (await invoke('api.mjs', [eventOf(`/${src}`, { 'Accept-Encoding': 'gzip, br' })])).results;
    const { statusCode, body = '', isBase64Encoded, headers, multiValueHeaders } = script ?? {};
    expect(statusCode).toBe(200);
    // A REST API passes on what is compressed as its Base64 text.
    const isRest = form === 'API Gateway, version 1';
    expect(isBase64Encoded).toBe(!isRest);
    const encoding = headers?.['content-encoding'] ?? multiValueHeaders?.['content-encoding']?.[0];
    expect(encoding).toBe(isRest ? undefined : 'br');
    const contents = isRest ? Buffer.from(body) : brotliDecompressSync(Buffer.from(body, 'base64'));
    const integrity = `sha256-${createHash('sha256').update(contents).digest('base64')}`;
    expect(page?.body).toContain(`src="${src}" integrity="${integrity}"`);
    expect(JSON.stringify(script).length).toBeLessThan(6_000_000);
  });

  test('the function that archives has in its file what encrypting takes', async () => {
    await copyFile(`${BUNDLES}archive-changes.mjs`, join(alone, 'archive-changes.mjs'));
    const eventSourceARN =
      'arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable/stream/2026-11-29T20:32:00.123';
    const event = { Records: [{ dynamodb: { SequenceNumber: '1' }, eventSourceARN }], shardId: 'shardId-1' };
    const script = `import('${join(alone, 'archive-changes.mjs')}').then(({ handler }) =>
      handler(${JSON.stringify(event)}, { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 })
    ).then(() => undefined, ({ name }) => process.stdout.write('failed by ' + name))`;
    const settings = { stackName: 'prod', ARCHIVE: 's3://my-archive/prod', ARCHIVED_TABLES: 'prod-RulesTable' };
    // The library of age refuses it, before anything is asked.
    const env = {
      ...process.env,
      ...settings,
      RECIPIENTS: 'age1none',
      AWS_REGION: 'us-east-1',
      NODE_OPTIONS: undefined,
    };
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect((await run).stdout).toContain('failed by RecipientError');
  });

  test('show a plain list at /docs where the files of the page are not beside them', async () => {
    await copyFile(`${BUNDLES}api.mjs`, join(alone, 'api.mjs'));
    const event = FORMS['a function URL']('/docs', {});
    const { results } = await invoke('api.mjs', [event], {}, `${alone}/`);
    expect(results[0]?.statusCode).toBe(200);
    expect(results[0]?.body).toContain('<code>/granules/{granuleId}</code>');
    expect(results[0]?.body).not.toContain('<script');
  });

  test('fail at their start without a secret, naming what is missing', async () => {
    const failed = invoke('api.mjs', [], { TOKEN_SECRET: '', EARTHDATA_CLIENT_ID: '' });
    await expect(failed).rejects.toThrow(/TOKEN_SECRET is not set; EARTHDATA_CLIENT_ID is not set/);
  });

  test('keep all digits of a number, whatever a bundle has named its class', async () => {
    const ratio = '0.12345678901234567890';
    const item = {
      granuleId: { S: 'digits' },
      collectionId: { S: 'A___1' },
      status: { S: 'completed' },
      ratio: { N: ratio },
    };
    await client.send(new PutItemCommand({ TableName: physicalTableName(prefix, 'GranulesTable'), Item: item }));
    const event = { httpMethod: 'GET', resource: '/{proxy+}', path: '/granules/digits', headers: {} };
    const { results } = await invoke('private-api.mjs', [event]);
    expect(results[0]?.body).toContain(`"ratio":${ratio.replace(/0$/, '')}`);
  });

  test('answer whoever may invoke the private one without a login', async () => {
    const invocation = (httpMethod: string, path: string, more: object = {}) => ({
      ...{ httpMethod, resource: '/{proxy+}', path, headers: { 'Content-Type': 'application/json' }, ...more },
    });
    const provider = JSON.stringify({ id: 'p', host: 'h' });
    const { results } = await invoke('private-api.mjs', [
      invocation('GET', '/granules/G%201%2F2'),
      invocation('GET', '/granules', { queryStringParameters: { limit: '1', fields: 'granuleId' } }),
      invocation('POST', '/providers', { body: provider }),
      invocation('DELETE', '/providers/p'),
      invocation('GET', '/token'),
      {},
    ]);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 404, 400]);
    expect(JSON.parse(results[0]?.body ?? '')).toMatchObject({ granuleId: 'G 1/2' });
    expect(JSON.parse(results[1]?.body ?? '').results).toEqual([{ granuleId: 'G 1/2' }]);
  });
});
