import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGE_STYLE_SOURCE } from '@cumulus/cli/protection-page';
import { backUpTable } from '@cumulus/dynamodb/backup';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('/protection', () => {
  let now = Date.now();
  const backups = mkdtempSync(join(tmpdir(), 'protection-'));
  let asked: string[] = [];
  const api = new OwnApi({ protection: { backups, policy: undefined } }, { now: () => now });

  beforeAll(async () => {
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          asked.push(String(commandName));
          return next(args);
        },
      { step: 'initialize' },
    );
    const table = physicalTableName(api.prefix, 'RulesTable');
    await backUpTable({ client: api.client, table, directory: backups });
  });

  afterAll(() => rm(backups, { recursive: true, force: true }));

  beforeEach(() => {
    // What an earlier test got is not kept.
    now += 60_000;
    asked = [];
  });

  test('is JSON for programs, with facts, verdicts and commands', async () => {
    const { status, headers, body } = await api.ask('GET /protection');
    expect([status, headers.get('Content-Type'), headers.get('Cache-Control')]).toEqual([
      200,
      'application/json; charset=UTF-8',
      'no-store',
    ]);
    expect(body).toMatchObject({ format: 'cumulus-protection', prefix: api.prefix, backups, verdict: 'unprotected' });
    const rules = body.tables.find(({ name }: { name: string }) => name === 'RulesTable');
    expect(rules).toMatchObject({ exists: true, backup: { known: true, value: { items: 0 } } });
    const fixes = rules.findings.map(({ fix = '' }: { fix?: string }) => fix);
    expect(fixes.join('\n')).toContain(`cumulus-api verify ${backups}`);
  });

  test('is a page for browsers, which may have its one style and nothing else', async () => {
    for (const path of ['/protection', '/protection/', '/v1/protection']) {
      const { status, headers, body } = await api.ask(`GET ${path}`, undefined, BROWSER);
      expect([status, headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8']);
      expect(body).toContain(`<h1><bdi>${api.prefix}</bdi></h1>`);
      expect(headers.get('Content-Security-Policy')).toBe(
        `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('Vary')).toContain('Accept, Authorization, Cookie');
    }
  });

  test.each([
    ['application/json, text/plain, */*', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['text/html', 'text/html'],
    ['nonsense', 'application/json'],
  ])('Accept: %s gets %s', async (accept, type) => {
    const { headers } = await api.ask('GET /protection', undefined, { Accept: accept });
    expect(headers.get('Content-Type')).toContain(type);
  });

  test('asks DynamoDB once for all who ask within half a minute', async () => {
    const answers = await Promise.all([...Array(20).keys()].map(() => api.ask('GET /protection')));
    const requests = asked.length;
    expect(requests).toBeGreaterThan(12);
    expect(requests).toBeLessThan(70);
    expect(new Set(answers.map(({ body }) => body.at)).size).toBe(1);
    now += 29_000;
    await api.ask('GET /protection', undefined, BROWSER);
    expect(asked).toHaveLength(requests);
    now += 2_000;
    await api.ask('GET /protection');
    expect(asked.length).toBeGreaterThan(requests);
  });

  test('a failure is not kept', async () => {
    let isDown = true;
    const failing = api.another({}, { now: () => now });
    const report = failing.services.protection.report.bind(failing.services.protection);
    const client = api.client.config.requestHandler;
    const { handle } = client;
    client.handle = (...args) => (isDown ? Promise.reject(connectionRefused()) : handle.apply(client, args));
    try {
      await expect(report()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      isDown = false;
      await expect(report()).resolves.toMatchObject({ prefix: api.prefix });
    } finally {
      client.handle = handle;
    }
  }, 60_000);

  test('takes the prefix from the names of the tables; a table that has no variable is looked for by it', async () => {
    const tableName = (name: string): string => {
      if (name === 'UsersTable') throw new TypeError('The environment variable UsersTable does not say which table.');
      return `${api.prefix}-${name}`;
    };
    const settings = { stackName: 'another-stack', protection: { backups: undefined, policy: undefined } };
    const report = await api.another(settings, { tableName }).services.protection.report();
    expect(report).toMatchObject({ prefix: api.prefix, backups: null });
    expect(report.tables.find(({ name }) => name === 'UsersTable')?.table).toBe(`${api.prefix}-UsersTable`);
  });
});

function connectionRefused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}
