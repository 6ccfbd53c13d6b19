import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  granuleId: '^MOD09GQ\\.A\\d+$',
  granuleIdExtraction: '(MOD09GQ\\.A\\d+)\\.hdf',
  sampleFileName: 'MOD09GQ.A2017025.hdf',
  files: [{ bucket: 'private', regex: '^MOD09GQ\\.A\\d+\\.hdf$', sampleFileName: 'MOD09GQ.A2017025.hdf' }],
};
const PROVIDER = { id: 'modaps', host: 'example.org', protocol: 'https' };
const RULE = {
  name: 'daily',
  workflow: 'IngestGranule',
  collection: { name: 'MOD09GQ', version: '006' },
  provider: 'modaps',
  rule: { type: 'onetime' },
  state: 'DISABLED',
};

onDynamoDBLocal('records of configuration', () => {
  const api = new OwnApi();

  describe('collections', () => {
    test('are added, read, replaced and deleted', async () => {
      const added = await api.ask('POST /collections', COLLECTION);
      expect(added).toMatchObject({ status: 200, body: { message: 'Record saved', record: COLLECTION } });
      expect(await api.ask('GET /collections/MOD09GQ/006')).toMatchObject({ status: 200, body: added.body.record });
      const again = await api.ask('POST /collections', COLLECTION);
      expect(again).toMatchObject({
        status: 400,
        body: { statusCode: 400, error: 'Bad Request', message: 'A record already exists for MOD09GQ version: 006' },
      });

      const withType = { ...added.body.record, dataType: 'MOD09GQ', meta: { a: 1 } };
      expect((await api.ask('PUT /v1/collections/MOD09GQ/006', withType)).body).toMatchObject({ dataType: 'MOD09GQ' });
      const { dataType: _, meta: __, ...without } = withType;
      const replaced = await api.ask('PUT /collections/MOD09GQ/006', without);
      expect(replaced.status).toBe(200);
      expect(replaced.body).not.toHaveProperty('dataType');
      expect(replaced.body.createdAt).toBe(added.body.record.createdAt);

      expect(await api.ask('PUT /collections/MOD09GQ/006', { ...COLLECTION, version: '007' })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining("but found 'MOD09GQ' and '007' in payload") },
      });
      expect((await api.ask('PUT /collections/none/1', { ...COLLECTION, name: 'none', version: '1' })).status).toBe(
        404,
      );
      expect((await api.ask('GET /collections/none/1')).body).toMatchObject({ statusCode: 404, error: 'Not Found' });
      expect(await api.ask('POST /collections', { files: [] })).toMatchObject({
        status: 404,
        body: { message: 'Field name and/or version is missing' },
      });
    });

    test('are checked: all that is wrong is named', async () => {
      const { status, body } = await api.ask('POST /collections', {
        ...COLLECTION,
        version: '9',
        granuleId: '(',
        huh: 1,
      });
      expect(status).toBe(400);
      expect(body.message).toMatch(/granuleId/);
      expect(body.message).toMatch(/huh/);
      expect((await api.ask('GET /collections/MOD09GQ/9')).status).toBe(404);
      expect((await api.ask('POST /collections', '{')).body.message).toBe('The body is not valid JSON.');
      expect((await api.ask('POST /collections', '[]')).body.message).toBe('The body has to be a JSON object.');
    });

    test('of a key that no table can hold, or with what none can hold, are refused by name', async () => {
      const long = 'x'.repeat(3_000);
      for (const path of ['granules', 'providers', 'rules', 'pdrs', 'executions', 'asyncOperations', 'collections/a'])
        expect((await api.ask(`GET /${path}/${long}`)).status).toBe(400);
      for (const path of ['granules', 'providers', 'rules', 'pdrs'])
        expect((await api.ask(`DELETE /${path}/${long}`)).status).toBe(400);
      const rule = { ...RULE, name: 'long', collection: { name: long, version: '1' } };
      expect((await api.ask('POST /rules', rule)).body.message).toContain('collection.name');
      const odd = await api.ask('POST /collections', { ...COLLECTION, version: 'odd', meta: { constructor: 'x' } });
      expect(odd).toMatchObject({ status: 400, body: { message: expect.stringContaining('meta.constructor') } });
      const deep = `{"name":"d","version":"1","meta":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}}`;
      expect((await api.ask('POST /collections', deep)).status).toBe(400);
    });

    test('that rules name stay', async () => {
      expect((await api.ask('POST /providers', PROVIDER)).status).toBe(200);
      expect((await api.ask('POST /rules', RULE)).status).toBe(200);
      expect(await api.ask('DELETE /collections/MOD09GQ/006')).toMatchObject({
        status: 409,
        body: { error: 'Conflict', message: 'Cannot delete collection with associated rules: daily' },
      });
      expect(await api.ask('DELETE /providers/modaps')).toMatchObject({
        status: 409,
        body: { message: 'Cannot delete provider with associated rules: daily' },
      });
      expect(await api.ask('DELETE /rules/daily')).toMatchObject({ status: 200, body: { message: 'Record deleted' } });
      expect((await api.ask('DELETE /rules/daily')).status).toBe(404);
      for (const gone of ['/collections/MOD09GQ/006', '/providers/modaps']) {
        expect(await api.ask(`DELETE ${gone}`)).toMatchObject({ status: 200, body: { message: 'Record deleted' } });
        expect((await api.ask(`DELETE ${gone}`)).status).toBe(200);
      }
    });
  });

  describe('providers', () => {
    test('never show their credentials, which stay when they are left out, and go by null', async () => {
      const secret = { username: 'me', password: 'hidden' };
      const credentials = () => api.services.models.providers.credentials({ id: 'p' });
      const added = await api.ask('POST /providers', { ...PROVIDER, id: 'p', ...secret });
      expect(added.body.record).toMatchObject({ id: 'p', globalConnectionLimit: 10 });
      expect(await api.ask('POST /providers', { ...PROVIDER, id: 'p' })).toMatchObject({
        status: 409,
        body: { message: 'A record already exists for p' },
      });
      const replaced = await api.ask('PUT /providers/p', { ...PROVIDER, id: 'p', port: 8080 });
      expect(replaced.body).toMatchObject({ port: 8080 });
      expect(await credentials()).toEqual(secret);
      const listed = await api.ask('GET /providers?fields=id,username,password');
      for (const answer of [added, replaced, await api.ask('GET /providers/p'), listed]) {
        const text = JSON.stringify(answer.body);
        expect(text).not.toContain('username');
        expect(text).not.toContain('password');
      }
      await api.ask('PUT /providers/p', { ...PROVIDER, id: 'p', username: null, password: null });
      expect(await credentials()).toEqual({});
      expect((await api.ask('PUT /providers/p', { ...PROVIDER, id: 'q' })).status).toBe(400);
      expect((await api.ask('PUT /providers/p', {})).status).toBe(400);
      expect((await api.ask('PUT /providers/q', { ...PROVIDER, id: 'q' })).status).toBe(404);
    });

    test('drop fields that no provider has, as earlier releases did', async () => {
      const given = { ...PROVIDER, id: 'dropped', timestamp: 1, stats: {}, changedBy: 'Cumulus Dashboard' };
      const added = await api.ask('POST /providers', given);
      expect(added.status).toBe(200);
      const replaced = await api.ask('PUT /providers/dropped', { ...given, port: 21 });
      expect(replaced).toMatchObject({ status: 200, body: { id: 'dropped', port: 21 } });
      for (const record of [added.body.record, replaced.body]) {
        for (const field of ['stats', 'changedBy']) expect(record).not.toHaveProperty(field);
        expect(record.timestamp).toBe(record.updatedAt);
      }
      expect((await api.ask('PUT /providers/dropped', { ...given, port: 'x' })).status).toBe(400);
    });

    test('are not found by what they hide', async () => {
      for (const query of ['username=me', 'password__exists=true', 'sort_by=password', 'q=password:hidden']) {
        const { status, body } = await api.ask(`GET /providers?${query}`);
        if (status === 200) expect(body.results).toEqual([]);
        else expect(status).toBe(400);
      }
      expect((await api.ask('GET /stats/aggregate?type=providers&field=password')).status).toBe(400);
    });
  });

  describe('rules', () => {
    beforeAll(async () => {
      await api.ask('POST /collections', COLLECTION);
      await api.ask('POST /providers', PROVIDER);
    });

    test('are enabled by default, and replaced whole', async () => {
      const { state: _, ...enabled } = RULE;
      // By the model, since one that the API adds would start a workflow.
      await api.services.models.rules.create({ ...enabled, name: 'hourly', meta: { a: 1 } } as never);
      expect((await api.ask('GET /rules/hourly')).body).toMatchObject({ name: 'hourly', state: 'ENABLED' });
      expect((await api.ask('POST /rules', { ...RULE, name: 'hourly' })).status).toBe(409);
      const replaced = await api.ask('PUT /rules/hourly', { ...RULE, name: 'hourly' });
      expect(replaced.body).not.toHaveProperty('meta');
      expect((await api.ask('PUT /rules/none', { ...RULE, name: 'none' })).status).toBe(404);
      expect((await api.ask('PUT /rules/hourly', RULE)).status).toBe(400);
      expect((await api.ask('PUT /rules/hourly', { action: 'dance' })).status).toBe(400);
      expect((await api.ask('POST /rules', { ...RULE, name: 'with-dash' })).status).toBe(400);
    });

    test('are changed by field: only what is given, within objects too', async () => {
      const meta = { keep: 1, deep: { a: 1, b: 2 } };
      const added = await api.ask('POST /rules', { ...RULE, name: 'patched', meta, queueName: 'q', tags: ['x'] });
      const patched = await api.ask('PATCH /rules/patched', {
        ...{ state: 'DISABLED', meta: { deep: { b: 3 } }, rule: { value: 'later' }, queueName: null },
      });
      const { queueName: _, updatedAt: __, timestamp: ___, ...rest } = added.body.record;
      expect(patched).toMatchObject({ status: 200 });
      expect(patched.body).toEqual({
        ...rest,
        state: 'DISABLED',
        meta: { keep: 1, deep: { a: 1, b: 3 } },
        rule: { type: 'onetime', value: 'later' },
        updatedAt: expect.any(Number),
        timestamp: patched.body.updatedAt,
      });
      expect((await api.ask('GET /rules/patched')).body).toEqual(patched.body);
      // A page that was opened earlier shows other times.
      const stale = await api.ask('PATCH /rules/patched', { ...patched.body, updatedAt: 5, createdAt: 6, tags: ['y'] });
      expect(stale).toMatchObject({ status: 200, body: { createdAt: patched.body.createdAt, tags: ['y'] } });
      expect(stale.body.updatedAt).toBeGreaterThanOrEqual(patched.body.updatedAt);
      await api.ask('PATCH /rules/patched', { tags: patched.body.tags ?? null });
      // What is wrong changes nothing.
      for (const body of [
        { rule: { type: 'soon' } },
        { huh: 1 },
        { workflow: null },
        { name: 'other' },
        { action: 'x' },
      ])
        expect({ body, status: (await api.ask('PATCH /rules/patched', body)).status }).toEqual({ body, status: 400 });
      const { updatedAt: ____, timestamp: _____, ...unchanged } = patched.body;
      expect((await api.ask('GET /rules/patched')).body).toMatchObject(unchanged);
      expect((await api.ask('PATCH /rules/none', { state: 'DISABLED' })).status).toBe(404);
    });

    test('lose what a form has emptied, which it sends as an empty text, but nothing that they need', async () => {
      const given = { ...RULE, name: 'cleared', queueName: 'q', executionNamePrefix: 'x' };
      const emptied = { provider: '', queueName: '', queueUrl: '', executionNamePrefix: '' };
      const kept = { name: 'cleared', workflow: RULE.workflow, collection: RULE.collection, rule: RULE.rule };
      const added = await api.ask('POST /rules', { ...given, ...emptied });
      expect(added).toMatchObject({ status: 200, body: { record: kept } });
      for (const method of ['PUT', 'PATCH']) {
        expect((await api.ask('PUT /rules/cleared', given)).body).toMatchObject(given);
        const cleared = await api.ask(`${method} /rules/cleared`, { ...given, ...emptied });
        expect(cleared).toMatchObject({ status: 200, body: kept });
        for (const { record } of [added.body, { record: cleared.body }])
          for (const field of Object.keys(emptied)) expect(record).not.toHaveProperty(field);
        for (const field of ['name', 'workflow', 'state'])
          expect((await api.ask(`${method} /rules/cleared`, { ...given, [field]: '' })).status).toBe(400);
      }
      // Where the earlier release stored null.
      await api.put('RulesTable', { ...added.body.record, name: 'nulls', provider: null, queueName: null });
      const { body: read } = await api.ask('GET /rules/nulls');
      expect((await api.ask('PUT /rules/nulls', { ...read, tags: ['a'] })).body).toMatchObject({ tags: ['a'] });
    });

    test('are not run again with what no rule has, nor without their workflows, and the rule stays', async () => {
      await api.ask('POST /rules', { ...RULE, name: 'again' });
      const { body: read } = await api.ask('GET /rules/again');
      // Dashboards send the whole rule; here there are no workflows.
      for (const body of [{}, { name: 'again' }, read, { ...read, state: 'ENABLED' }])
        expect((await api.ask('PUT /rules/again', { ...body, action: 'rerun' })).status).toBe(501);
      for (const field of ['huh', 'executionArn', 'input'])
        expect(await api.ask('PUT /rules/again', { ...read, action: 'rerun', [field]: 'x' })).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining(field) },
        });
      await api.put('RulesTable', { ...read, name: 'odd', ofAnotherRelease: 1 });
      const { body: odd } = await api.ask('GET /rules/odd');
      expect((await api.ask('PUT /rules/odd', { ...odd, action: 'rerun' })).status).toBe(501);
      expect((await api.ask('GET /rules/again')).body).toEqual(read);
    });

    test('that could not start what they are for are not kept', async () => {
      const { status } = await api.ask('POST /rules', {
        ...RULE,
        name: 'once',
        rule: { type: 'onetime' },
        state: 'ENABLED',
      });
      expect(status).toBe(501);
      expect((await api.ask('GET /rules/once')).status).toBe(404);
    });
  });

  describe('a record that is sent back as it was read', () => {
    test('is taken with what lists show beside its fields', async () => {
      await api.ask('POST /collections', { ...COLLECTION, version: 'back' });
      await api.ask('POST /rules', { ...RULE, name: 'back' });
      const listed = await api.ask('GET /collections?version=back');
      const shown = { timestamp: 1, stats: { total: 0 }, ...listed.body.results[0] };
      expect((await api.ask('PUT /collections/MOD09GQ/back', shown)).body).not.toHaveProperty('stats');
      const rule = { ...(await api.ask('GET /rules/back')).body, timestamp: 1 };
      expect((await api.ask('PUT /rules/back', { ...rule, tags: ['a'] })).body).toMatchObject({ tags: ['a'] });
    });

    test('is taken with what earlier releases let pass, but not with more of it', async () => {
      const old = { ...RULE, name: 'old', rule: { type: 'onetime', every: 'day' }, createdAt: 1, updatedAt: 1 };
      const { collection: _, ...without } = old;
      await api.put('RulesTable', without);
      const { body: read } = await api.ask('GET /rules/old');
      expect(await api.ask('PUT /rules/old', { ...read, state: 'ENABLED' })).toMatchObject({
        status: 200,
        body: { state: 'ENABLED', rule: { every: 'day' } },
      });
      expect((await api.ask('PATCH /rules/old', { state: 'DISABLED' })).body).toMatchObject({ state: 'DISABLED' });
      const changed = { ...read, rule: { type: 'onetime', each: 'hour' } };
      expect((await api.ask('PUT /rules/old', changed)).body.message).toContain('rule.each');
      expect((await api.ask('PUT /rules/old', { ...read, state: 'ASLEEP' })).body.message).toContain('state');
    });

    test('is checked as a whole where its fields are compared with each other', async () => {
      const stored = { ...COLLECTION, version: 'old', granuleId: '^MOD$', createdAt: 1, updatedAt: 1 };
      await api.put('CollectionsTable', stored);
      expect((await api.ask('PUT /collections/MOD09GQ/old', { ...stored, dataType: 'x' })).status).toBe(200);
      const changed = { ...stored, sampleFileName: 'MOD09GQ.A2017026.hdf' };
      expect((await api.ask('PUT /collections/MOD09GQ/old', changed)).status).toBe(400);
    });
  });

  test.each([
    ['PUT /collections/a/1', { name: 'a', version: '1' }],
    ['PUT /providers/a', { id: 'a', port: 'x' }],
    ['PUT /rules/a', { name: 'a' }],
    ['PATCH /rules/a', { name: 'a' }],
    ['PUT /granules/a', { action: 'dance' }],
    ['PUT /granules/C___1/a', { action: 'reingest' }],
  ])('%s where there is no record is 404, whatever else is wrong', async (request, key) => {
    const other = { name: 'b', version: '2', id: 'b' };
    for (const body of [{ huh: 1, files: 'none', ...key }, {}, other, { action: 'dance' }, '{', '[]'])
      expect({ body, status: (await api.ask(request, body)).status }).toEqual({ body, status: 404 });
  });

  test('a body may be a form, as earlier releases took it; JSON is JSON, whatever curl calls it', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const id = 'of a form/+';
    const text = new URLSearchParams({ id, host: 'example.org', protocol: 'https' }).toString();
    expect((await api.ask('POST /providers', text, form)).body.record).toMatchObject({ id, host: 'example.org' });
    const refused = async (body: string) => (await api.ask('POST /providers', body, form)).body.message;
    expect(await refused('id=a&host=b&host=c')).toBe('The form has the field host more than once.');
    expect(await refused('id=a&host=b&port=21')).toContain('port: Invalid input: expected number');
    expect((await api.ask('POST /providers', { ...PROVIDER, id: 'a=b' }, form)).body.record.id).toBe('a=b');
    for (const body of ['{"id": "a=b",}', 'id', '=', ' '])
      expect(await refused(body)).toBe('The body is not valid JSON.');
    expect((await api.ask('POST /providers', 'id=a')).body.message).toBe('The body is not valid JSON.');
    expect((await api.ask('POST /providers', {})).body.message).toContain('The provider is not valid');
  });

  test('what changes a record answers it with the time of its last change, as reading does', async () => {
    for (const [list, path, record] of [
      ['/collections', '/collections/timed/1', { ...COLLECTION, name: 'timed', version: '1' }],
      ['/providers', '/providers/timed', { ...PROVIDER, id: 'timed' }],
      ['/rules', '/rules/timed', { ...RULE, name: 'timed' }],
    ] as const) {
      const { body: added } = await api.ask(`POST ${list}`, record);
      expect(added.record).toMatchObject({ timestamp: added.record.updatedAt, updatedAt: expect.any(Number) });
      const { body: replaced } = await api.ask(`PUT ${path}`, record);
      expect((await api.ask(`GET ${path}`)).body).toEqual(replaced);
      expect(replaced).toMatchObject({ timestamp: replaced.updatedAt, updatedAt: expect.any(Number) });
    }
  });
});
